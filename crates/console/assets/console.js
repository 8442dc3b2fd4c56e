// Muster's console: every feature is an enhancement; without this file all pages work.
"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const on = (type, listener) => document.addEventListener(type, listener);

  function start() {
    if (document.readyState === "loading") return on("DOMContentLoaded", start);
    dress(document);
    all("[data-live]").forEach(live);
    all("[data-follow]").forEach(follow);
    document.querySelector(".error-summary")?.focus();
  }

  // What new HTML needs, at the start and whenever the server sends more.
  function dress(within) {
    for (const button of all("[data-copy]", within)) button.hidden = false;
    all("time[data-local]", within).forEach(localise);
    for (const box of all("[data-check-all]", within)) {
      const row = box.closest("[hidden]");
      if (row) row.hidden = false;
      showGroup(box);
    }
    for (const input of all("[data-match]", within)) match(input);
    for (const select of all("select[data-autosubmit]", within)) showSubmit(select, false);
  }

  // HTML of our own server only: it is escaped there.
  function parse(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    dress(template.content);
    return template.content;
  }

  let status;
  function say(text) {
    if (!status) {
      status = document.createElement("div");
      status.className = "visually-hidden";
      status.setAttribute("role", "status");
      document.body.append(status);
    }
    status.textContent = "";
    setTimeout(() => { status.textContent = text; }, 60);
  }

  // --- copying
  on("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    const source = button && document.querySelector(button.dataset.copy);
    if (!source || button.classList.contains("copied")) return;
    if (!await copy(source)) return;
    const label = [...button.childNodes];
    const words = button.dataset.copied || button.textContent;
    button.replaceChildren(words);
    button.classList.add("copied");
    say(words);
    setTimeout(() => {
      button.replaceChildren(...label);
      button.classList.remove("copied");
    }, 2000);
  });

  async function copy(source) {
    const text = source.value ?? source.textContent.trim();
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // No permission, or not a secure context: select it, so that Ctrl-C does the rest.
      if (source.select) source.select();
      else getSelection().selectAllChildren(source);
      return document.execCommand("copy");
    }
  }

  // --- searching while typing
  const searches = new WeakMap();
  on("input", (event) => {
    const form = event.target.form;
    if (!form?.matches("[data-search]")) return;
    const search = searches.get(form) ?? {};
    searches.set(form, search);
    clearTimeout(search.timer);
    search.timer = setTimeout(() => find(form, search), 200);
  });

  async function find(form, search) {
    search.request?.abort();
    const request = search.request = new AbortController();
    const url = new URL(form.action);
    url.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
    const target = document.querySelector(form.dataset.target);
    target?.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { headers: { "X-Fragment": "list" }, signal: request.signal });
      // The session ended, or the server is unwell: its own page says it better.
      if (!target || !answer.ok || answer.redirected) return location.assign(url);
      const html = parse(await answer.text());
      if (request.signal.aborted) return;
      const words = html.querySelector("[data-announce]")?.textContent;
      const fresh = html.querySelector(form.dataset.target);
      if (fresh) target.replaceWith(fresh);
      else target.replaceChildren(html);
      target.removeAttribute("aria-busy");
      all("[data-live]", document.querySelector(form.dataset.target)).forEach(live);
      history.replaceState(history.state, "", url);
      if (words) say(words);
    } catch (error) {
      if (error.name !== "AbortError") target?.removeAttribute("aria-busy");
    }
  }

  // --- streams
  function stream(url, events) {
    let source;
    const open = () => {
      source = new EventSource(url);
      for (const [type, listener] of Object.entries(events)) source.addEventListener(type, listener);
    };
    const away = () => source.close();
    const back = (event) => { if (event.persisted) open(); };
    open();
    // An open stream keeps a page out of the back-forward cache.
    addEventListener("pagehide", away);
    addEventListener("pageshow", back);
    return () => {
      away();
      removeEventListener("pagehide", away);
      removeEventListener("pageshow", back);
    };
  }

  const KEPT = 200;

  // The log: rows come in at the top; paused, they wait. A search brings another table, and another stream.
  const feed = { body: null, close: null, waiting: [], paused: false, lost: false, seen: 0 };

  function live(body) {
    feed.close?.();
    Object.assign(feed, { body, waiting: [], lost: false, seen: 0 });
    for (const button of all("[data-live-pause]")) button.hidden = false;
    const state = (lost) => () => { feed.lost = lost; light(); };
    feed.close = stream(body.dataset.live, {
      open: state(false),
      error: state(true),
      entry(event) {
        if (feed.paused) feed.waiting = [...feed.waiting, event.data].slice(-KEPT);
        else show([event.data]);
        feed.seen += 1;
        feed.timer ??= setTimeout(tell, 2000);
      },
    });
  }

  on("click", (event) => {
    const button = event.target.closest?.("[data-live-pause]");
    if (!button) return;
    feed.paused = !feed.paused;
    const words = button.textContent;
    button.textContent = button.dataset.resume || words;
    button.dataset.resume = words;
    if (!feed.paused) show(feed.waiting.splice(0));
    light();
  });

  function show(entries) {
    const body = feed.body;
    for (const html of entries) {
      const rows = [...parse(html).children];
      for (const row of rows) {
        if (row.id) document.getElementById(row.id)?.remove();
        row.classList.add("fresh");
      }
      body.prepend(...rows);
    }
    while (body.rows.length > KEPT) body.lastElementChild.remove();
    if (!body.rows.length) return;
    for (const empty of all("[data-live-empty]")) empty.hidden = true;
    for (const shell of all("[data-live-shell]")) shell.hidden = false;
  }

  function tell() {
    feed.timer = undefined;
    for (const count of all("[data-live-count]")) {
      count.textContent = (count.dataset.liveCount || "{n}").replace("{n}", number(feed.seen));
    }
  }

  function light() {
    for (const lamp of all(".live")) {
      lamp.dataset.on ??= lamp.textContent;
      lamp.dataset.state = feed.paused ? "paused" : feed.lost ? "lost" : "on";
      lamp.textContent = lamp.dataset[lamp.dataset.state] || lamp.textContent;
    }
  }

  // A rehearsal: steps are added, or replaced by their id; at the end the page is read anew.
  function follow(list) {
    const bar = document.querySelector("progress[data-follow-progress]");
    const close = stream(list.dataset.follow, {
      step(event) {
        for (const step of [...parse(event.data).children]) {
          const former = step.id && document.getElementById(step.id);
          if (former) former.replaceWith(step);
          else list.append(step);
          const words = step.querySelector("[data-announce], .what")?.textContent;
          if (words && !step.matches(".running")) say(words);
        }
        if (bar) bar.value = all(":scope > :is(.good, .warn, .bad)", list).length;
      },
      done() {
        close();
        location.reload();
      },
    });
  }

  // --- forms are sent once
  on("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("[data-once]")) return;
    if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
    form.setAttribute("aria-busy", "true");
    // Later: a disabled button would not send its own name and value.
    setTimeout(() => {
      for (const button of buttons(form)) {
        if (button.disabled) continue;
        button.disabled = true;
        button.dataset.held = "";
      }
    });
  });
  addEventListener("pageshow", () => {
    for (const form of all("form[data-once][aria-busy]")) {
      form.removeAttribute("aria-busy");
      for (const button of buttons(form)) {
        if (button.dataset.held === undefined) continue;
        button.disabled = false;
        delete button.dataset.held;
      }
    }
  });
  const buttons = (form) => [...form.elements].filter((element) => element.type === "submit");

  // --- check all
  on("change", (event) => {
    const box = event.target;
    if (box.type !== "checkbox") return;
    if (box.matches("[data-check-all]")) for (const one of group(box)) one.checked = box.checked;
    for (const head of all("[data-check-all]", box.form ?? document)) showGroup(head);
  });

  function group(head) {
    const prefix = head.dataset.checkAll;
    const within = head.closest("fieldset") ?? head.form ?? document;
    return all('input[type="checkbox"]:not([data-check-all], :disabled)', within)
      .filter((box) => box.name.startsWith(prefix) || box.value.startsWith(prefix));
  }

  function showGroup(head) {
    const boxes = group(head);
    const checked = boxes.filter((box) => box.checked).length;
    head.checked = checked > 0 && checked === boxes.length;
    head.indeterminate = checked > 0 && checked < boxes.length;
  }

  // --- confirming by typing
  on("input", (event) => { if (event.target.matches?.("[data-match]")) match(event.target); });

  function match(input) {
    const matches = input.value.trim() === input.dataset.match.trim();
    for (const button of all("[data-match-button]", input.form ?? document)) button.disabled = !matches;
  }

  // --- selects that submit: by pointer at once, by keyboard with Enter or the button, which then shows.
  on("keydown", (event) => {
    const select = event.target;
    if (!select.matches?.("select[data-autosubmit]") || event.key === "Tab") return;
    if (event.key === "Enter" && select.dataset.typed !== undefined) return select.form.requestSubmit();
    select.dataset.typed = "";
    showSubmit(select, true);
  });
  on("pointerdown", (event) => { if (event.target.matches?.("select")) delete event.target.dataset.typed; });
  on("change", (event) => {
    const select = event.target;
    if (select.matches("select[data-autosubmit]") && select.dataset.typed === undefined) select.form.requestSubmit();
  });

  function showSubmit(select, visible) {
    for (const button of all("button", select.form ?? select)) button.hidden = !visible;
  }

  // --- menus
  on("click", (event) => closeMenus(event.target));
  on("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.activeElement?.closest("details.menu[open]");
    closeMenus();
    menu?.querySelector("summary").focus();
  });

  function closeMenus(except) {
    for (const menu of all("details.menu[open]")) if (!except || !menu.contains(except)) menu.open = false;
  }

  // --- the links of an error summary lead into the field itself
  on("click", (event) => {
    const link = event.target.closest?.(".error-summary a[href^='#']");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    (field.closest(".field") ?? field).scrollIntoView({ block: "nearest" });
    field.focus();
  });

  // --- the reader's own clock
  function localise(time) {
    const date = new Date(time.dateTime);
    if (Number.isNaN(date.getTime())) return;
    const styles = {
      row: { month: "short", day: "numeric", hour: "numeric", minute: "2-digit", second: "2-digit" },
      exact: { dateStyle: "medium", timeStyle: "medium" },
    };
    const style = styles[time.dataset.local] ?? { dateStyle: "medium", timeStyle: "short" };
    if (!time.title) time.title = time.textContent.trim();
    time.textContent = new Intl.DateTimeFormat(root.lang || undefined, style).format(date);
    time.removeAttribute("data-local");
  }

  function number(value) {
    return new Intl.NumberFormat(root.lang || undefined).format(value);
  }

  start();
})();
