# Alle Texte der Konsole auf Deutsch. Ein Test hält die Sprachen aneinander.

## Um jede Seite

skip = Zum Inhalt
organization = Organisation
switch = Wechseln
language = Sprache
change = Ändern
cancel = Abbrechen
copy = Kopieren
copied = Kopiert
never = nie
nav-label = Konsole
nav-menu = Menü
nav-home = Übersicht
nav-settings = Einstellungen → Organisation
nav-apps = API-Zugriff der Organisation
nav-admins = Admins
nav-directory = Verzeichnis
nav-users = Benutzer
nav-groups = Gruppen
nav-operation = Betrieb
nav-log = Bereitstellungsprotokoll
nav-account = Konto
sign-in = Anmelden
sign-out = Abmelden
go-home = Zur Konsole
error-title = Fehler:
error-summary = Bitte noch einmal ansehen

## Anmelden

sign-in-heading = Anmelden
sign-in-kept = Ihre Sitzung ist zu Ende. Melden Sie sich neu an: Was Sie eingegeben haben, ist noch da.
sign-in-wrong = Der Name oder das Passwort ist falsch
sign-in-too-many = Zu viele Versuche sind gescheitert. Warten Sie eine Minute und versuchen Sie es dann erneut
sign-in-again = Die Seite war zu lange offen. Bitte noch einmal absenden
sign-in-forgot = Passwort vergessen?
sign-in-forgot-text = Ein Eigentümer Ihrer Organisation erstellt einen Link, mit dem Sie ein neues setzen. Ist niemand da, den Sie fragen können, führen Sie dies auf dem Server aus:
account-name = Name
account-name-hint = Womit Sie sich anmelden: eine E-Mail-Adresse oder ein beliebiger Name
account-name-wrong = Ein Name hat 1 bis 100 Zeichen, alle davon druckbar
account-name-taken = Es gibt ein Konto mit diesem Namen. Ist es Ihres, geben Sie dessen Passwort ein; sonst wählen Sie einen anderen Namen
password = Passwort
password-hint = Mindestens { $shortest } Zeichen. Gut sind mehrere Wörter, die nichts miteinander zu tun haben.
password-too-short = Dieses Passwort ist zu kurz: { $shortest } Zeichen sind das Mindeste
password-too-long = Das Passwort ist zu lang
password-too-common = Dieses Passwort ist bald erraten. Nehmen Sie mehrere Wörter, die nichts miteinander zu tun haben

welcome-heading = Willkommen bei Muster
welcome-organization = Sie werden Admin von
welcome-role = Ihre Rolle:
welcome-go = Weiter
renew-heading = Neues Passwort setzen
renew-for = Für
link-gone-heading = Dieser Link gilt nicht mehr
link-gone-text = Er wurde benutzt oder ist abgelaufen. Bitten Sie um einen neuen, wo Sie ihn herhaben; oder auf dem Server:

## Was im Weg ist

foreign-heading = Dieses Formular kam von einer anderen Website
foreign-text = Es wurde nicht gesendet. Wenn Sie diese Seite nicht erwartet haben, wollte jemand Ihren Browser etwas in Ihrem Namen tun lassen.
forbidden-heading = Ihre Rolle erlaubt das nicht
forbidden-text = Ein Eigentümer der Organisation kann Ihnen eine andere Rolle geben.
not-found-heading = Hier ist nichts
not-found-text = Die Adresse ist falsch, oder was hier war, ist weg, oder es gehört einer anderen Organisation.
too-large-heading = Das war zu viel
too-large-text = Das Formular ist größer als jedes, das diese Konsole annimmt.
busy-heading = Der Server ist beschäftigt
busy-text = Versuchen Sie es in ein paar Sekunden erneut. Nichts wurde geändert.
unavailable-heading = Die Datenbank ist nicht erreichbar
unavailable-text = Versuchen Sie es in ein paar Sekunden erneut. Mehr steht im Log des Servers.
failed-heading = Der Server ist gescheitert
failed-text = Sein Log sagt, warum.
carry-on-heading = Soll das gesendet werden?
carry-on-text = Das haben Sie eingegeben, bevor Sie sich neu angemeldet haben. Sehen Sie es durch: Gesendet wird es erst mit dem Knopf.
carry-on-go = Senden

## Das eigene Konto

role = Rolle
role-owner = Eigentümer
role-owner-text = Alles, und entscheidet, wer sonst Admin ist.
role-admin = Admin
role-admin-text = Erstellt und ändert Anwendungen, sperrt und löscht Personen, sieht alles.
role-auditor = Prüfer
role-auditor-text = Sieht alles mit verdeckten personenbezogenen Daten und ändert nichts.
account-password-since = Passwort seit
account-change-password = Passwort ändern
account-old-password = Bisheriges Passwort
account-new-password = Neues Passwort
account-old-password-wrong = Das bisherige Passwort ist falsch
account-password-changed = Das Passwort ist geändert
account-others-ended = Überall sonst sind Sie abgemeldet.
account-sessions = Wo Sie angemeldet sind
account-sessions-text = Ist eine davon nicht Ihre, beenden Sie sie und ändern Sie Ihr Passwort.
account-no-agent = Unbekannter Browser
account-this-session = Diese
account-since = seit
account-seen = zuletzt gesehen
account-end-session = Abmelden
account-end-others = Überall sonst abmelden

## Admins

admins-lead = Wer sich um die Bereitstellung dieser Organisation kümmern darf.
admins-signed-in = Zuletzt angemeldet
admins-change = Ändern
admins-you = Sie
admins-reset = Neues Passwort
admins-reset-elsewhere = Diese Person verwaltet auch andere Organisationen. Wer den Server betreibt, setzt das Passwort: muster admin reset-password
admins-remove = Entfernen
admins-roles = Was die Rollen dürfen
admins-invite = Jemanden einladen
admins-invite-text = Sie bekommen einen Link, der einmal gilt, eine Woche lang. Schicken Sie ihn so, dass nur die Person selbst ihn liest.
admins-note = Für wen ist er?
admins-note-hint = Damit Sie die Einladung wiedererkennen
admins-note-wrong = Sagen Sie, für wen die Einladung ist, mit höchstens 200 Zeichen
admins-role-missing = Wählen Sie eine Rolle
admins-make-link = Link erstellen
admins-open-links = Offene Einladungen
admins-until = bis
admins-withdraw = Zurückziehen
admins-link = der Link
admins-link-invitation = Die Einladung
admins-link-password = Ein neues Passwort für
admins-link-text = Diesen Link sehen Sie nur dieses eine Mal. Er gilt einmal, bis
admins-last-owner = Die Organisation muss einen Eigentümer behalten. Machen Sie zuerst jemand anderen dazu

## Anwendungen

crumbs = Sie sind hier
back = Zurück
next = Weiter
finish = Fertig
save = Speichern
saved = Gespeichert
remove = Entfernen
client-id = Client-ID
client-secret = Client-Geheimnis
apps-lead = Eine Anwendung ist ein Client, der Benutzer und Gruppen dieser Organisation lesen und ändern darf. Microsoft Entra ID braucht eine.
apps-create = OAuth-Anwendung erstellen
apps-empty = Noch keine Anwendung
apps-empty-text = Erstellen Sie eine, fügen Sie vier Werte in Entra ein, drücken Sie Test Connection: Mehr ist es nicht.
apps-deleted = Die Anwendung ist gelöscht. Ihre Token werden ab jetzt abgelehnt
apps-active = Aktiv
apps-no-secret = Kein Geheimnis
apps-secret-expired = Geheimnis abgelaufen
apps-secret-expires =
    { $days ->
        [0] Geheimnis läuft heute ab
        [one] Geheimnis läuft in einem Tag ab
       *[other] Geheimnis läuft in { $days } Tagen ab
    }
wizard-steps = Schritte
wizard-step-grant = Art der Gewährung
wizard-step-name = Name
wizard-step-scopes = Scopes & Berechtigungen
wizard-step-secret = Geheimnis kopieren
wizard-grant-heading = Wie bekommt der Client seine Token?
wizard-grant-lead = Bereitstellungs-Clients fragen selbst nach Token, mit einer ID und einem Geheimnis.
wizard-grant-client-credentials = Client credentials
wizard-grant-hint = Für Microsoft Entra ID und jeden Client, der für sich selbst handelt und nicht für eine Person (RFC 6749, Abschnitt 4.4)
wizard-grant-missing = Wählen Sie eine Art der Gewährung
wizard-name-heading = Wie heißt die Anwendung?
app-name = Name der Anwendung
app-name-hint = Etwa Microsoft Entra ID. Er steht in Listen und im Protokoll
app-name-missing = Geben Sie einen Namen ein
app-name-wrong = Ein Name hat höchstens { $most } Zeichen, alle davon druckbar
app-description = Beschreibung der Anwendung
app-description-hint = Wofür sie da ist; darf leer sein
app-description-wrong = Eine Beschreibung hat höchstens { $most } Zeichen
wizard-scopes-heading = Scopes & Berechtigungen
wizard-scopes-lead = Die Bereitstellung aus Entra braucht alle. Nehmen Sie weg, was diese Anwendung nicht darf.
scopes-managed-users = Verwaltete Benutzer
scopes-managed-groups = Verwaltete Gruppen
scopes-all = Alle ankreuzen
scopes-none = Kreuzen Sie mindestens eine Berechtigung an
scope-managed-users-read = Einen Benutzer lesen
scope-managed-users-list = Benutzer auflisten und suchen
scope-managed-users-create = Benutzer anlegen
scope-managed-users-update = Benutzer ändern, sperren und freigeben
scope-managed-users-delete = Benutzer endgültig löschen
scope-managed-groups-read = Eine Gruppe lesen
scope-managed-groups-list = Gruppen auflisten und suchen
scope-managed-groups-create = Gruppen anlegen
scope-managed-groups-update = Gruppen und ihre Mitglieder ändern
scope-managed-groups-delete = Gruppen löschen
wizard-make = Anwendung erstellen
wizard-secret-heading = Kopieren Sie jetzt das Client-Geheimnis
wizard-secret-lead = Die Anwendung ist erstellt. Diese beiden Werte lassen sie ein.
secret-once = Das Geheimnis sehen Sie nur dieses eine Mal
secret-once-text = Muster behält einen Hash und nicht das Geheimnis selbst. Geht es verloren, erstellen Sie ein neues und fügen Sie das ein.
wizard-got-it = Erledigt! Ich habe das Geheimnis kopiert
wizard-got-it-missing = Kopieren Sie das Geheimnis, dann kreuzen Sie das Kästchen an
secret-gone = Das Geheimnis wurde gezeigt und wird nicht noch einmal gezeigt
secret-gone-text = Haben Sie es nicht kopiert, erstellen Sie ein neues: Sonst ist nichts verloren.
secret-gone-rotate = Neues Geheimnis erstellen
secret-gone-go-on = Ich habe es: weiter
app-tabs = Teile der Anwendung
app-tab-details = Einzelheiten
app-tab-credentials = Zugangsdaten
app-tab-connect = Verbinden
app-tab-rehearsal = Proben
app-made = Erstellt
app-changed = Geändert
app-last-used = Zuletzt benutzt
app-state = Zustand
app-algorithm = Signatur ihrer Token
app-details = Name und Lebensdauer
app-minutes = Lebensdauer der Zugriffstoken in Minuten
app-minutes-hint = 60 bis 360, wie Entra es erwartet
app-minutes-wrong = Zugriffstoken leben 60 bis 360 Minuten
app-scopes-text = Ausgegebene Token verlieren innerhalb einer Sekunde, was Sie wegnehmen.
app-delete-heading = Diese Anwendung löschen
app-delete-text = Was dann nicht mehr geht:
app-delete-tokens = Ihre Geheimnisse und alle Zugriffstoken werden sofort abgelehnt.
app-delete-cycle = Der nächste Zyklus des Clients scheitert, und Entra stellt seinen Auftrag unter Quarantäne.
app-delete-people = Benutzer und Gruppen bleiben, wie sie sind, und niemand hält sie aktuell.
app-delete-confirm = Geben Sie zur Bestätigung den Namen ein:
app-delete = Anwendung löschen
app-delete-mismatch = Das ist nicht der Name der Anwendung

secrets-heading = Client-Geheimnisse
secrets-none = Es gibt keines: Die Anwendung kann nicht mit einem Geheimnis nach Token fragen.
secrets-made-on = Erstellt
secrets-until = Gilt bis
secrets-ended = Abgelaufen
secrets-revoke = Widerrufen
secrets-end-tokens = und ihre Zugriffstoken beenden
secrets-rotate = Neues Geheimnis erstellen
secrets-rotate-text = Fügen Sie es in Entra ein, solange das alte noch gilt: Niemand merkt etwas.
secrets-grace = Wie viele Tage gilt das alte noch?
secrets-grace-hint = 0 bis 30. Mit 0 endet es jetzt und alle Zugriffstoken mit ihm: für ein Geheimnis, das bekannt geworden ist
secrets-grace-wrong = Die Frist beträgt 0 bis 30 Tage
secrets-made = Das neue Client-Geheimnis
trusts-heading = Workload identity federation
trusts-text = Ganz ohne Geheimnis: Entra weist sich mit einem eigenen Token aus. Kopieren Sie diese Werte aus Entras Formular.
trusts-add = Vertrauen hinzufügen
trusts-issuer = Aussteller
trusts-issuer-wrong = Der Aussteller ist eine Adresse mit https
trusts-too-many = Eine Anwendung vertraut höchstens 20 Ausstellern. Entfernen Sie zuerst einen
trusts-subject = Subjekt
trusts-subject-hint = Die Objekt-ID des Dienstprinzipals, der synchronisiert
trusts-subject-wrong = Nennen Sie das Subjekt, mit höchstens 2000 druckbaren Zeichen
trusts-audiences = Empfänger
trusts-audiences-hint = Einer oder mehrere, durch Leerzeichen getrennt
trusts-audiences-wrong = Nennen Sie 1 bis 20 Empfänger, jeden mit höchstens 2000 druckbaren Zeichen
trusts-jwks = Adresse seiner Schlüssel
trusts-jwks-wrong = Die Schlüssel liegen an einer Adresse mit https
trusts-jwks-hint = Darf leer sein: Dann werden die Metadaten des Ausstellers gefragt
tokens-heading = Bereitstellungstoken
tokens-text = Langlebige Bearer-Token für Clients, die nur ein festes kennen. Besser sind Client credentials.
tokens-unnamed = Ohne Namen
tokens-name = Name
tokens-name-hint = Darf leer sein
tokens-name-wrong = Ein Name hat höchstens 200 Zeichen, alle davon druckbar
tokens-days = Für wie viele Tage?
tokens-days-hint = 1 bis { $most }
tokens-days-wrong = Ein Token gilt 1 bis { $most } Tage
tokens-make = Bereitstellungstoken erstellen
tokens-made = Das neue Bereitstellungstoken

connect-heading = Entra ID verbinden
connect-clients = Clients
connect-client-entra = Entra
connect-client-entra-older = Entra, älteres Portal
connect-client-graph = Microsoft Graph
connect-client-okta = Okta
connect-client-sailpoint = SailPoint
connect-client-bearer = Bearer-Token
connect-not-public = Clouddienste können diesen Server noch nicht erreichen
connect-not-public-text = Entra und andere Clouddienste sprechen mit öffentlichen Adressen, über https mit einem öffentlich vertrauten Zertifikat. Stellen Sie einen Proxy mit einem solchen davor, setzen Sie server.public_url in der Konfiguration des Servers (config/muster.toml oder MUSTER_SERVER__PUBLIC_URL) auf seine Adresse und starten Sie den Server neu.
connect-open = Das Formular öffnen
connect-open-centre = Im Microsoft Entra Admin Center:
connect-paste = Diese Werte einfügen
connect-secret = Das Sie kopiert haben.
connect-secret-lost = Verloren?
connect-placement = Beliebig: Header, Body und Both gehen
connect-scopes = Leer lassen: Das Token bekommt alles, was die Anwendung darf
connect-test = Testen und starten
connect-test-text = Es fragt nach einem Token, dann nach einem Benutzer und einer Gruppe, die es nicht gibt.
connect-mappings = Ansehen:
connect-on-demand = erst eine Person ausprobieren.
connect-start = Der erste Zyklus nimmt alle im Bereich; danach kommt Entra etwa alle 40 Minuten wieder.
connect-red = Ist etwas rot? Jede Anfrage, die ankam, steht hier, mit dem, was falsch war und was hilft:
connect-graph = Für Automatisierung. Der Auftrag des Dienstprinzipals muss die SCIM-Vorlage benutzen.
connect-graph-secret = Setzen Sie das Client-Geheimnis an die Stelle der Punkte.
connect-bearer = Für Clients, die nur ein festes Token kennen: Entras älteres Formular mit Secret Token, JumpCloud, OneLogin und andere.
connect-text-okta = Oktas SCIM-2.0-Integrationen senden ein festes Token im Header.
connect-text-sailpoint = Der SCIM-2.0-Connector von SailPoint fragt mit Client credentials nach Token.
connect-rehearse = Erst proben
connect-rehearse-text = Muster spielt Entras Test Connection und einen kleinen Zyklus über die öffentliche Adresse, mit Personen, die es nicht gibt, und räumt auf. Ein Fehler in einem Proxy, im DNS oder in TLS fällt jetzt auf.
connect-rehearse-now = Jetzt proben

plain-heading = OAuth-Anwendungen
plain-lead = Alles auf einer Seite. Dasselbe Schritt für Schritt:
plain-twice = Das Formular kam zweimal: Eine Anwendung wurde erstellt
plain-made = Die Anwendung ist erstellt
plain-existing = Anwendungen

## Übersicht

search = Suchen
show = Zeigen
pages = Seiten
next-page = Nächste Seite
done = Erledigt
delete = Löschen
disable = Sperren
restore = Freigeben
active = Aktiv
disabled = Gesperrt
home-disabled =
    { $count ->
        [0] keiner gesperrt
       *[other] { $count } gesperrt
    }
home-failed = Gescheiterte Anfragen
home-failed-text = in den letzten 24 Stunden
home-last-contact = Zuletzt gehört
home-last-time = Zuletzt:
home-cycles = Zyklen
home-no-cycles = Noch kein Zyklus war zu sehen. Entras erster beginnt, wenn Sie Start provisioning drücken.
home-faults = Was in den letzten sieben Tagen gescheitert ist
home-times =
    { $count ->
        [one] einmal
       *[other] { $count }-mal
    }
cycle-result = Ergebnis
cycle-created = Angelegt
cycle-updated = Geändert
cycle-disabled = Gesperrt
cycle-deleted = Gelöscht
cycle-failed =
    { $count ->
        [one] eine gescheitert
       *[other] { $count } gescheitert
    }
cycle-good =
    { $count ->
        [one] eine Anfrage, alles gut
       *[other] { $count } Anfragen, alles gut
    }
chart-requests = Anfragen je Stunde
chart-tokens = Token je Stunde
chart-total = { $total } in den letzten 24 Stunden
key-answered = Beantwortet
key-failed = Gescheitert
calendar-title = Das letzte halbe Jahr
calendar-text = Jedes Quadrat ist ein Tag: je dunkler, desto mehr Anfragen. An einem runden ist eine Anfrage gescheitert.
calendar-day = { $day }: { $requests } Anfragen, { $failed } gescheitert
calendar-months = Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez
calendar-weekdays = Mo Di Mi Do Fr Sa So
keys-title = Signaturschlüssel
keys-text = Sie signieren die Zugriffstoken aller auf diesem Server.
keys-published = Veröffentlicht
keys-active = Signiert
keys-superseded = Signiert nicht mehr
keys-old = Älter als ein Jahr
keys-signs-from = Er signiert ab
keys-gives-way = Ein neuer Schlüssel löst ihn ab am
keys-by-hand = Er wird nicht von selbst erneuert. Auf dem Server: muster key rotate
keys-believed-until = Token, die er signierte, gelten bis
expiring-secret = Das Client-Geheimnis von
expiring-token = Ein Bereitstellungstoken von
expiring-soon = läuft ab am
expiring-over = ist abgelaufen am
expiring-renew = Neues erstellen

## Das Verzeichnis

directory-name = Name
directory-user-name = Benutzername
directory-group-name = Gruppenname
directory-email = E-Mail
directory-search-hint-users = Name, Benutzername oder E-Mail
directory-search-hint-groups = Name oder externe ID
directory-filter = SCIM-Filter
directory-newest = Neueste zuerst
directory-oldest = Älteste zuerst
directory-none-users = Niemand gefunden
directory-none-groups = Keine Gruppe gefunden
directory-none-text = Versuchen Sie weniger Buchstaben oder einen anderen Filter.
directory-empty-users = Noch keine Benutzer
directory-empty-groups = Noch keine Gruppen
directory-empty-text = Sie kommen mit dem ersten Zyklus eines Identitätsanbieters.
directory-total = { $total } insgesamt
manager = Vorgesetzt
members = Mitglieder
members-show = Mitglieder zeigen
members-total = { $total } Mitglieder
indirect = über eine andere Gruppe
reports = Unterstellt
raw-json = Wie SCIM es liefert
resource-gone = Gelöscht
resource-gone-text = Was bleibt, ist die Geschichte von
history = Geschichte
history-none = Keine Änderung ist bekannt: Sie war vor dem Beginn des Protokolls, oder das Protokoll reicht nicht so weit zurück.
history-changes = Was sich geändert hat
history-attribute = Attribut
history-before-after = Vorher → nachher
affected-who = Wen es betrifft
affected-nobody = Sonst niemanden.
affected-groups = Gruppen, in denen es Mitglied ist
affected-reports = Personen, die darauf verweisen, etwa als Vorgesetzte
affected-disable = Sperren:
affected-disable-text = Das Konto darf nicht mehr benutzt werden; Mitgliedschaften bleiben. Der Identitätsanbieter kann es in seinem nächsten Zyklus wieder freigeben.
affected-restore = Freigeben:
affected-restore-text = Das Konto darf wieder benutzt werden, mit allen Mitgliedschaften, die es hat.
affected-delete = Löschen:
affected-delete-text = Es ist endgültig weg. Ein Identitätsanbieter, der es noch hat, legt es neu an, mit einer anderen ID.

## Das Bereitstellungsprotokoll

log-time = Zeit
log-method = Methode
log-what = Was
log-by = Von
log-status = Status
log-took = Dauer
log-kind = Art
log-kind-all = Alle
log-kind-changes = Änderungen
log-kind-reads = Lesen
log-kind-tokens = Token
log-kind-console = Konsole
log-kind-rehearsals = Proben
log-failed = Nur Gescheitertes
log-search-hint = Name, Pfad, Fehler oder Anfrage-ID
log-live = Live
log-paused = Angehalten
log-lost = Verbindet neu
log-pause = Anhalten
log-resume = Weiter
log-export = Exportieren
log-older = Ältere
log-none = Nichts gefunden
log-none-text = Suchen Sie nach etwas anderem oder weiter zurück.
log-empty = Noch ist nichts passiert
log-empty-text = Jede Anfrage einer Anwendung steht hier, sobald sie kommt.
log-error = Was dem Client gesagt wurde
log-request = Anfrage
log-query = Gefragt nach
log-request-id = Anfrage-ID
log-resource = Betrifft
log-others = Was diese Anfrage sonst getan hat
words-user = Benutzer
words-group = Gruppe
words-resource = Objekt
words-further =
    { $count ->
        [one] eine weitere solche Anfrage wurde nicht aufgeführt
       *[other] { $count } weitere solche Anfragen wurden nicht einzeln aufgeführt
    }
words-token-issue = bekam ein Zugriffstoken
words-token-refuse = bekam kein Zugriffstoken
words-list = listete auf: { $kind }
words-find = suchte { $kind } mit { $filter }
words-find-by = suchte { $kind }, { $attribute } ist { $value }
words-read-missing = suchte { $kind } { $name }: nicht vorhanden
words-read = las { $kind } { $name }
words-create = legte an: { $kind } { $name }
words-create-failed = wollte anlegen: { $kind } { $name }
words-change-failed = wollte ändern: { $kind } { $name }
words-update-nothing = änderte nichts an { $name }
words-rename = benannte { $before } um in { $after }
words-set = setzte { $attribute } von { $name } auf { $value }
words-set-several = änderte { $count } Attribute von { $name }: { $attributes }
words-remove = entfernte { $attribute } von { $name }
words-disable = sperrte { $name }
words-restore = gab { $name } frei
words-delete = löschte { $kind } { $name }
words-members-added =
    { $added ->
        [one] nahm ein Mitglied in { $name } auf
       *[other] nahm { $added } Mitglieder in { $name } auf
    }
words-members-removed =
    { $removed ->
        [one] entfernte ein Mitglied aus { $name }
       *[other] entfernte { $removed } Mitglieder aus { $name }
    }
words-members-both = nahm { $added } Mitglieder in { $name } auf und entfernte { $removed }
words-bulk = schickte mehrere Schritte auf einmal
words-discovery = fragte, was der Server kann
words-unauthorized = wurde abgelehnt: kein Token, dem geglaubt wird
words-console-app-create = erstellte die Anwendung { $name }
words-console-app-update = änderte die Anwendung { $name }
words-console-app-delete = löschte die Anwendung { $name }
words-console-secret-rotate = erstellte ein neues Geheimnis für { $name }
words-console-secret-revoke = widerrief ein Geheimnis von { $name }
words-console-token-create = erstellte ein Bereitstellungstoken für { $name }
words-console-token-revoke = widerrief ein Bereitstellungstoken von { $name }
words-console-trust-add = fügte ein Vertrauen zu { $name } hinzu
words-console-trust-remove = entfernte ein Vertrauen von { $name }
words-console-rehearse = begann eine Probe mit { $name }
words-console-admin-join = { $name } wurde durch einen Link zum Admin
words-console-admin-invite = lud { $name } ein
words-console-admin-reset = erstellte einen Link für ein neues Passwort von { $name }
words-console-admin-role = änderte die Rolle von { $name }
words-console-admin-remove = entfernte den Admin { $name }
words-other = fragte nach etwas, das es nicht gibt

## Was falsch war, und was hilft

advice-client-cause = Die Client-ID oder das Client-Geheimnis ist falsch
advice-client-cure = Ein Wert wurde nicht ganz kopiert, oder das Geheimnis wurde ersetzt. Kopieren Sie beide neu, oder erstellen Sie ein neues Geheimnis und fügen Sie es ein.
advice-secret-expired-cause = Das Client-Geheimnis ist abgelaufen
advice-secret-expired-cure = Erstellen Sie auf der Seite der Anwendung ein neues und fügen Sie es im Client ein.
advice-scope-unknown-cause = Der Client fragt nach einem Scope, den die Anwendung nicht hat
advice-scope-unknown-cure = Lassen Sie Entras Feld für Scopes leer, oder geben Sie der Anwendung den Scope.
advice-too-many-cause = Zu viele Versuche sind gescheitert
advice-too-many-cure = Etwas versucht es immer wieder mit falschen Zugangsdaten. Berichtigen Sie sie; die Grenze endet innerhalb einer Minute.
advice-token-request-cause = Die Token-Anfrage ist nicht zu lesen
advice-token-request-cure = Der Client sendet etwas anderes als eine Anfrage mit Client credentials. Vergleichen Sie seine Einstellungen mit der Seite Verbinden.
advice-entra-token-cause = Entra hat ein eigenes Token gesendet
advice-entra-token-cure = Sein Feld für das Geheimnis ist leer. Wählen Sie OAuth2 client credentials grant und fügen Sie die vier Werte ein.
advice-token-cause = Das Zugriffstoken fehlt, ist abgelaufen oder wurde beendet
advice-token-cure = Clients fragen selbst nach einem neuen. Hält es an, drücken Sie im Client Test Connection.
advice-scope-cause = Der Anwendung fehlt eine Berechtigung
advice-scope-cure = Kreuzen Sie sie auf der Seite der Anwendung unter Scopes & Berechtigungen an.
advice-path-cause = Unter dieser Adresse ist nichts
advice-path-cure = Die Tenant URL endet auf /scim/v2. Kopieren Sie sie neu von der Seite Verbinden.
advice-gone-cause = Wonach der Client fragt, gibt es nicht
advice-gone-cure = Es wurde hier gelöscht, und der Client weiß es nicht. Sein nächster Zyklus legt es neu an; hält es an, starten Sie in Entra die Bereitstellung neu.
advice-taken-cause = Zwei Personen oder zwei Gruppen haben denselben eindeutigen Namen
advice-taken-cure = Ein anderes Objekt hat diesen Namen schon. Löschen Sie es oder benennen Sie es um, oder lassen Sie den Client nach einem anderen Attribut abgleichen.
advice-conflict-cause = So lässt es sich gerade nicht ändern
advice-conflict-cure = Der Text des Fehlers sagt, warum. Meist gelingt der nächste Zyklus des Clients.
advice-version-cause = Jemand anderes hat es inzwischen geändert
advice-version-cure = Der Client liest es neu und versucht es erneut.
advice-large-cause = Die Anfrage ist zu groß
advice-large-cure = Lassen Sie den Client weniger auf einmal senden, oder heben Sie die Grenze in der Konfiguration des Servers an.
advice-filter-cause = Der Filter ist nicht zu lesen
advice-filter-cure = Der Client fragt nach einem Attribut, das es hier nicht gibt, oder schreibt den Filter falsch. Berichtigen Sie sein Attribut für den Abgleich.
advice-slow-cause = Die Frage dauert zu lange
advice-slow-cure = Lassen Sie den Client nach userName, externalId oder id fragen.
advice-value-cause = Ein Wert fehlt oder ist nicht erlaubt
advice-value-cure = Der Text des Fehlers nennt das Attribut. Berichtigen Sie es im Verzeichnis oder in der Attributzuordnung des Clients.
advice-busy-cause = Der Server war beschäftigt oder seine Datenbank nicht da
advice-busy-cure = Clients versuchen es selbst erneut. Hält es an, sehen Sie in das Log des Servers.
advice-server-cause = Der Server ist gescheitert
advice-server-cure = Der Fehler liegt beim Server. Sein Log sagt unter der Anfrage-ID, warum.

## Proben

rehearsal = Probe
rehearse-heading = Proben, bevor Entra kommt
rehearse-lead = Muster spielt Entras Test Connection und einen kleinen Zyklus, mit Personen, die es nicht gibt, und entfernt sie wieder. Alles geht über
rehearse-running = Die Probe läuft
rehearse-good = Die Probe ist gelungen
rehearse-good-text = { $requests } Anfragen, nichts ging schief, und alles ist aufgeräumt.
rehearse-good-next = Drücken Sie in Entra Test Connection.
rehearse-good-here = Von diesem Rechner aus ging es gut.
rehearse-bad = Etwas ging schief
rehearse-bad-text = Entra ginge es ebenso. Die Anfragen unten zeigen, wo.
rehearse-lost = Die Probe wurde abgebrochen
rehearse-lost-text = Ihr Server endete vor ihr. Was sie erfunden hatte, wird entfernt, sobald wieder ein Server einige Minuten läuft.
rehearse-lost-cleaned = Ihr Server endete vor ihr. Was sie erfunden hatte, wurde inzwischen entfernt.
rehearse-secret = Client-Geheimnis
rehearse-secret-hint = Fügen Sie das kopierte ein, um es auszuprobieren; leer gelassen, erstellt Muster eines, das mit der Probe endet
rehearse-too-many-secrets = Die Anwendung hat so viele Geheimnisse, wie sie haben darf. Fügen Sie das kopierte ein, oder widerrufen Sie eines
rehearse-start = Probe beginnen
rehearse-again = Noch einmal
rehearse-said = Was gesagt wurde
rehearse-bodies = Inhalte
rehearse-part-test = Test Connection
rehearse-part-initial = Der erste Zyklus: alle werden angelegt
rehearse-part-incremental = Ein weiterer Zyklus: Personen und Gruppen ändern sich
rehearse-part-reading = Zurücklesen: ist alles, wie es sein soll?
rehearse-part-cleaning = Aufräumen
rehearse-part-requests =
    { $count ->
        [one] eine Anfrage
       *[other] { $count } Anfragen
    }
rehearse-token = Nach einem Zugriffstoken fragen
rehearse-schemas = Die Schemas lesen
rehearse-find-user = Einen Benutzer suchen
rehearse-find-group = Eine Gruppe suchen
rehearse-read-user = Einen Benutzer lesen
rehearse-read-group = Eine Gruppe lesen
rehearse-gone-user = Nach dem gelöschten Benutzer sehen: zu Recht nicht mehr da
rehearse-gone-group = Nach der gelöschten Gruppe sehen: zu Recht nicht mehr da
rehearse-create-user = Einen Benutzer anlegen
rehearse-create-group = Eine Gruppe anlegen
rehearse-change-user = Einen Benutzer ändern
rehearse-change-group = Eine Gruppe ändern
rehearse-delete-user = Einen Benutzer löschen
rehearse-delete-group = Eine Gruppe löschen
