# Every text of the console, in English. A test holds the languages against each other.

## Around every page

skip = Skip to content
organization = Organization
switch = Switch
language = Language
change = Change
cancel = Cancel
copy = Copy
copied = Copied
never = never
nav-label = Console
nav-menu = Menu
nav-home = Home
nav-settings = Settings → Organization settings
nav-apps = Organization API access
nav-admins = Admins
nav-directory = Directory
nav-users = Users
nav-groups = Groups
nav-operation = Operation
nav-log = Provisioning log
nav-account = Account
sign-in = Sign in
sign-out = Sign out
go-home = Go to the console
error-title = Error:
error-summary = Something needs another look

## Signing in

sign-in-heading = Sign in
sign-in-kept = Your session has ended. Sign in again: what you typed is kept.
sign-in-wrong = The name or the password is wrong
sign-in-too-many = Too many attempts have failed. Wait a minute, then try again
sign-in-again = The page was open for too long. Please send it again
sign-in-forgot = Forgot the password?
sign-in-forgot-text = An owner of your organization makes a link with which you set a new one. If there is nobody to ask, run this on the server:
account-name = Name
account-name-hint = What you sign in with: an e-mail address, or any name
account-name-wrong = A name has 1 to 100 characters, all of them printable
account-name-taken = There is an account of this name. If it is yours, type its password; otherwise choose another name
password = Password
password-hint = At least { $shortest } characters. Several words that do not belong together are good.
password-too-short = This password is too short: { $shortest } characters are the least
password-too-long = The password is too long
password-too-common = This password is guessed soon. Take several words that do not belong together

welcome-heading = Welcome to Muster
welcome-organization = You are about to become an admin of
welcome-role = Your role:
welcome-go = Go on
renew-heading = Set a new password
renew-for = For
link-gone-heading = This link does not work any more
link-gone-text = It was used, or it has expired. Ask whoever gave it to you for another one; or, on the server:

## What is in the way

foreign-heading = This form came from another site
foreign-text = It was not sent. If you did not expect this page, somebody tried to make your browser do something in your name.
forbidden-heading = Your role does not allow this
forbidden-text = An owner of the organization can give you another role.
not-found-heading = There is nothing here
not-found-text = The address is wrong, or what was here is gone, or it belongs to another organization.
too-large-heading = That was too much
too-large-text = The form is larger than any that this console takes.
busy-heading = The server is busy
busy-text = Try again in a few seconds. Nothing was changed.
unavailable-heading = The database cannot be reached
unavailable-text = Try again in a few seconds. The server's log says more.
failed-heading = The server failed
failed-text = Its log says why.
carry-on-heading = Shall this be sent?
carry-on-text = You typed this before you signed in anew. Look it over: it is sent when you press the button.
carry-on-go = Send it

## The own account

role = Role
role-owner = Owner
role-owner-text = Everything, and decides who else is an admin.
role-admin = Admin
role-admin-text = Makes and changes applications, disables and deletes people, sees everything.
role-auditor = Auditor
role-auditor-text = Sees everything with personal data masked, and changes nothing.
account-password-since = Password since
account-change-password = Change password
account-old-password = Current password
account-new-password = New password
account-old-password-wrong = The current password is wrong
account-password-changed = The password is changed
account-others-ended = You are signed out everywhere else.
account-sessions = Where you are signed in
account-sessions-text = If one of these is not you, end it and change your password.
account-no-agent = Unknown browser
account-this-session = This one
account-since = since
account-seen = last seen
account-end-session = Sign out
account-end-others = Sign out everywhere else

## Admins

admins-lead = Who may look after this organization's provisioning.
admins-signed-in = Last signed in
admins-change = Change
admins-you = you
admins-reset = New password
admins-reset-elsewhere = This admin looks after other organizations too. Who runs the server sets the password: muster admin reset-password
admins-remove = Remove
admins-roles = What the roles may do
admins-invite = Invite somebody
admins-invite-text = You get a link that works once, for a week. Send it to them in a way that only they read.
admins-note = Whom is it for?
admins-note-hint = So that you recognise the invitation
admins-note-wrong = Say whom the invitation is for, in at most 200 characters
admins-role-missing = Choose a role
admins-make-link = Make the link
admins-open-links = Open invitations
admins-until = until
admins-withdraw = Withdraw
admins-link = the link
admins-link-invitation = The invitation
admins-link-password = A new password for
admins-link-text = This is the only time that you see this link. It works once, until
admins-last-owner = The organization must keep an owner. Make somebody else an owner first

## Applications

crumbs = You are here
back = Back
next = Next
finish = Finish
save = Save
saved = Saved
remove = Remove
client-id = Client id
client-secret = Client secret
apps-lead = An application is a client that may read and change this organization's users and groups. Microsoft Entra ID needs one.
apps-create = Create OAuth application
apps-empty = No application yet
apps-empty-text = Make one, paste four values into Entra, press Test Connection: that is all it takes.
apps-deleted = The application is deleted. Its tokens are refused from now on
apps-active = Active
apps-no-secret = No secret
apps-secret-expired = Secret expired
apps-secret-expires =
    { $days ->
        [0] Secret expires today
        [one] Secret expires in one day
       *[other] Secret expires in { $days } days
    }
wizard-steps = Steps
wizard-step-grant = Grant type
wizard-step-name = Name
wizard-step-scopes = Scopes & permissions
wizard-step-secret = Copy secret
wizard-grant-heading = How does the client get its tokens?
wizard-grant-lead = Provisioning clients ask for tokens by themselves, with an id and a secret.
wizard-grant-client-credentials = Client credentials
wizard-grant-hint = For Microsoft Entra ID and every client that acts for itself and not for a person (RFC 6749, section 4.4)
wizard-grant-missing = Choose a grant type
wizard-name-heading = What is the application called?
app-name = Application name
app-name-hint = Such as Microsoft Entra ID. It is shown in lists and in the log
app-name-missing = Say a name
app-name-wrong = A name has at most { $most } characters, all of them printable
app-description = Application description
app-description-hint = What it is for; may be empty
app-description-wrong = A description has at most { $most } characters
wizard-scopes-heading = Scopes & permissions
wizard-scopes-lead = Provisioning from Entra needs all of them. Take away what this application must not do.
scopes-managed-users = Managed users
scopes-managed-groups = Managed groups
scopes-all = Check all
scopes-none = Tick at least one permission
scope-managed-users-read = Read a user
scope-managed-users-list = List and search users
scope-managed-users-create = Create users
scope-managed-users-update = Change, disable and restore users
scope-managed-users-delete = Delete users for good
scope-managed-groups-read = Read a group
scope-managed-groups-list = List and search groups
scope-managed-groups-create = Create groups
scope-managed-groups-update = Change groups and their members
scope-managed-groups-delete = Delete groups
wizard-make = Create application
wizard-secret-heading = Copy the client secret now
wizard-secret-lead = The application is made. These two values let it in.
secret-once = This is the only time that you see the secret
secret-once-text = Muster keeps a hash and not the secret itself. If it is lost, make a new one and paste that.
wizard-got-it = Got it! I have copied the secret
wizard-got-it-missing = Copy the secret, then tick the box
secret-gone = The secret was shown, and is not shown again
secret-gone-text = If you did not copy it, make a new one: nothing else is lost.
secret-gone-rotate = Make a new secret
secret-gone-go-on = I have it: go on
app-tabs = Parts of the application
app-tab-details = Details
app-tab-credentials = Credentials
app-tab-connect = Connect
app-tab-rehearsal = Rehearse
app-made = Created
app-changed = Changed
app-last-used = Last used
app-state = State
app-algorithm = Signature of its tokens
app-details = Name and lifetime
app-minutes = Lifetime of access tokens, in minutes
app-minutes-hint = 60 to 360, as Entra expects
app-minutes-wrong = Access tokens live 60 to 360 minutes
app-scopes-text = Tokens that are out lose what you take away, within a second.
app-delete-heading = Delete this application
app-delete-text = What will break:
app-delete-tokens = Its secrets and all access tokens are refused at once.
app-delete-cycle = The client's next cycle fails, and Entra puts its job into quarantine.
app-delete-people = Users and groups stay as they are, and nobody keeps them up to date.
app-delete-confirm = To confirm, type the name:
app-delete = Delete application
app-delete-mismatch = This is not the application's name

secrets-heading = Client secrets
secrets-none = There is none: the application cannot ask for tokens with a secret.
secrets-made-on = Made
secrets-until = Works until
secrets-ended = Expired
secrets-revoke = Revoke
secrets-end-tokens = and end its access tokens
secrets-rotate = Make a new secret
secrets-rotate-text = Paste it into Entra while the old one still works, and nobody notices.
secrets-grace = For how many days does the old one still work?
secrets-grace-hint = 0 to 30. With 0 it ends now, and all access tokens with it: for a secret that leaked
secrets-grace-wrong = The grace is 0 to 30 days
secrets-made = The new client secret
trusts-heading = Workload identity federation
trusts-text = No secret at all: Entra proves itself with a token of its own. Copy these values from Entra's form.
trusts-add = Add a trust
trusts-issuer = Issuer
trusts-issuer-wrong = The issuer is an address with https
trusts-too-many = An application has at most 20 trusts. Remove one first
trusts-subject = Subject
trusts-subject-hint = The object id of the service principal that synchronizes
trusts-subject-wrong = Say the subject, in at most 2000 printable characters
trusts-audiences = Audiences
trusts-audiences-hint = One or several, separated by spaces
trusts-audiences-wrong = Say 1 to 20 audiences, each in at most 2000 printable characters
trusts-jwks = Address of its keys
trusts-jwks-wrong = The keys are at an address with https
trusts-jwks-hint = May be empty: then the issuer's metadata is asked
tokens-heading = Provisioning tokens
tokens-text = Long-lived bearer tokens for clients that know only a fixed one. Prefer client credentials.
tokens-unnamed = Without a name
tokens-name = Name
tokens-name-hint = May be empty
tokens-name-wrong = A name has at most 200 characters, all of them printable
tokens-days = For how many days?
tokens-days-hint = 1 to { $most }
tokens-days-wrong = A token may be used for 1 to { $most } days
tokens-make = Make a provisioning token
tokens-made = The new provisioning token

connect-heading = Connect Entra ID
connect-clients = Clients
connect-client-entra = Entra
connect-client-entra-older = Entra, older portal
connect-client-graph = Microsoft Graph
connect-client-okta = Okta
connect-client-sailpoint = SailPoint
connect-client-bearer = Bearer token
connect-not-public = Cloud services cannot reach this server yet
connect-not-public-text = Entra and its like speak to public addresses, by https with a publicly trusted certificate. Put a proxy with such a certificate in front, set server.public_url to its address in the server's configuration (config/muster.toml, or MUSTER_SERVER__PUBLIC_URL), and restart the server.
connect-open = Open the form
connect-open-centre = In the Microsoft Entra admin center:
connect-paste = Paste these values
connect-secret = The one you copied.
connect-secret-lost = Lost it?
connect-placement = Any: Header, Body and Both work
connect-scopes = Leave empty: the token gets all that the application may
connect-test = Test and start
connect-test-text = it asks for a token, then looks for a user and a group that do not exist.
connect-mappings = Look through
connect-on-demand = try one person first.
connect-start = the first cycle takes everybody in scope; after it, Entra comes back about every 40 minutes.
connect-red = Is something red? Every request that came is here, with what was wrong and what helps:
connect-graph = For who automates. The service principal's job must use the SCIM template.
connect-graph-secret = Put the client secret in the place of the dots.
connect-bearer = For clients that know only a fixed token: Entra's older form with Secret Token, JumpCloud, OneLogin and others.
connect-text-okta = Okta's SCIM 2.0 app integrations send a fixed token in a header.
connect-text-sailpoint = The SCIM 2.0 connector of SailPoint asks for tokens by client credentials.
connect-rehearse = Rehearse first
connect-rehearse-text = Muster plays Entra's Test Connection and a small cycle through the public address, with people who do not exist, and cleans up. A mistake in a proxy, in DNS or in TLS is found now.
connect-rehearse-now = Rehearse now

plain-heading = OAuth applications
plain-lead = Everything on one page. The same step by step:
plain-twice = The form was sent twice: one application was made
plain-made = The application is made
plain-existing = Applications

## Home

search = Search
show = Show
pages = Pages
next-page = Next page
done = Done
delete = Delete
disable = Disable
restore = Restore
active = Active
disabled = Disabled
home-disabled =
    { $count ->
        [0] none disabled
       *[other] { $count } disabled
    }
home-failed = Failed requests
home-failed-text = in the last 24 hours
home-last-contact = Last heard of
home-last-time = Last time:
home-cycles = Cycles
home-no-cycles = No cycle was seen yet. Entra's first one begins when you press Start provisioning.
home-faults = What failed in the last seven days
home-times =
    { $count ->
        [one] once
       *[other] { $count } times
    }
cycle-result = Result
cycle-created = Created
cycle-updated = Changed
cycle-disabled = Disabled
cycle-deleted = Deleted
cycle-failed =
    { $count ->
        [one] one failed
       *[other] { $count } failed
    }
cycle-good =
    { $count ->
        [one] one request, all well
       *[other] { $count } requests, all well
    }
chart-requests = Requests per hour
chart-tokens = Tokens per hour
chart-total = { $total } in the last 24 hours
key-answered = Answered
key-failed = Failed
calendar-title = The last half year
calendar-text = Each square is a day: the darker, the more requests. A round one had a request that failed.
calendar-day = { $day }: { $requests } requests, { $failed } failed
calendar-months = Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec
calendar-weekdays = Mon Tue Wed Thu Fri Sat Sun
keys-title = Signing keys
keys-text = They sign the access tokens of everybody on this server.
keys-published = Published
keys-active = Signs
keys-superseded = Signs no more
keys-old = Older than a year
keys-signs-from = It signs from
keys-gives-way = A new key takes over on
keys-by-hand = It is not rotated by itself. On the server: muster key rotate
keys-believed-until = Tokens that it signed are believed until
expiring-secret = The client secret of
expiring-token = A provisioning token of
expiring-soon = expires on
expiring-over = expired on
expiring-renew = Make a new one

## The directory

directory-name = Name
directory-user-name = User name
directory-group-name = Group name
directory-email = E-mail
directory-search-hint-users = Name, user name or e-mail
directory-search-hint-groups = Name or external id
directory-filter = SCIM filter
directory-newest = Newest first
directory-oldest = Oldest first
directory-none-users = Nobody is found
directory-none-groups = No group is found
directory-none-text = Try fewer letters, or another filter.
directory-empty-users = No users yet
directory-empty-groups = No groups yet
directory-empty-text = They come with the first cycle of an identity provider.
directory-total = { $total } in all
manager = Manager
members = Members
members-show = Show members
members-total = { $total } members
indirect = through another group
reports = Reports
raw-json = As SCIM serves it
resource-gone = Deleted
resource-gone-text = What is left is the history of
history = History
history-none = No change is known: it was made before the log began, or the log is not kept that long.
history-changes = What changed
history-attribute = Attribute
history-before-after = Before → after
affected-who = Who is affected
affected-nobody = Nobody else.
affected-groups = Groups that it is a member of
affected-reports = People who refer to it, as their manager say
affected-disable = Disable
affected-disable-text = The account may not be used any more; memberships stay. The identity provider may enable it again in its next cycle.
affected-restore = Restore
affected-restore-text = The account may be used again, with all memberships that it has.
affected-delete = Delete
affected-delete-text = It is gone for good. An identity provider that still has it makes it anew, with another id.

## The provisioning log

log-time = Time
log-method = Method
log-what = What
log-by = By
log-status = Status
log-took = Took
log-kind = Kind
log-kind-all = All
log-kind-changes = Changes
log-kind-reads = Reads
log-kind-tokens = Tokens
log-kind-console = Console
log-kind-rehearsals = Rehearsals
log-failed = Failed only
log-search-hint = Name, path, error or request id
log-live = Live
log-paused = Paused
log-lost = Connecting again
log-pause = Pause
log-resume = Go on
log-export = Export
log-older = Older
log-none = Nothing is found
log-none-text = Look for something else, or further back.
log-empty = Nothing has happened yet
log-empty-text = Every request of an application is listed here, as it comes.
log-error = What the client was told
log-request = Request
log-query = Asked for
log-request-id = Request id
log-resource = About
log-others = What else this request did
words-user = user
words-group = group
words-resource = resource
words-further =
    { $count ->
        [one] one more request like this was not listed
       *[other] { $count } more requests like this were not listed one by one
    }
words-token-issue = got an access token
words-token-refuse = was refused an access token
words-list = listed { $kind }s
words-find = looked for a { $kind } by { $filter }
words-find-by = looked for the { $kind } whose { $attribute } is { $value }
words-read-missing = looked for { $kind } { $name }, which is not there
words-read = read { $kind } { $name }
words-create = created { $kind } { $name }
words-create-failed = tried to create a { $kind } { $name }
words-change-failed = tried to change { $kind } { $name }
words-update-nothing = changed nothing of { $name }
words-rename = renamed { $before } to { $after }
words-set = set { $attribute } of { $name } to { $value }
words-set-several = changed { $count } attributes of { $name }: { $attributes }
words-remove = removed { $attribute } of { $name }
words-disable = disabled { $name }
words-restore = restored { $name }
words-delete = deleted { $kind } { $name }
words-members-added =
    { $added ->
        [one] added one member to { $name }
       *[other] added { $added } members to { $name }
    }
words-members-removed =
    { $removed ->
        [one] removed one member from { $name }
       *[other] removed { $removed } members from { $name }
    }
words-members-both = added { $added } and removed { $removed } members of { $name }
words-bulk = sent several operations at once
words-discovery = asked what the server can do
words-unauthorized = was refused: no token that is believed
words-console-app-create = made the application { $name }
words-console-app-update = changed the application { $name }
words-console-app-delete = deleted the application { $name }
words-console-secret-rotate = made a new secret for { $name }
words-console-secret-revoke = revoked a secret of { $name }
words-console-token-create = made a provisioning token for { $name }
words-console-token-revoke = revoked a provisioning token of { $name }
words-console-trust-add = added a trust to { $name }
words-console-trust-remove = removed a trust of { $name }
words-console-rehearse = began a rehearsal with { $name }
words-console-admin-join = { $name } became an admin by a link
words-console-admin-invite = invited { $name }
words-console-admin-reset = made a link for a new password of { $name }
words-console-admin-role = changed the role of { $name }
words-console-admin-remove = removed the admin { $name }
words-other = asked for something that is not there

## What went wrong, and what helps

advice-client-cause = The client id or the client secret is wrong
advice-client-cure = A value was not copied whole, or the secret was replaced. Copy both anew, or make a new secret and paste it.
advice-secret-expired-cause = The client secret has expired
advice-secret-expired-cure = Make a new secret on the application's page and paste it into the client.
advice-scope-unknown-cause = The client asks for a scope that the application does not have
advice-scope-unknown-cure = Leave Entra's field for scopes empty, or give the application the scope.
advice-too-many-cause = Too many attempts have failed
advice-too-many-cure = Something tries with wrong credentials again and again. Correct them; the limit ends within a minute.
advice-token-request-cause = The token request cannot be read
advice-token-request-cure = The client sends something else than a client credentials request. Compare its settings with the page Connect.
advice-entra-token-cause = Entra sent a token of its own
advice-entra-token-cure = Its field for the secret is empty. Choose OAuth2 client credentials grant and paste the four values.
advice-token-cause = The access token is missing, has expired or was ended
advice-token-cure = Clients ask for a new one by themselves. If it goes on, press Test Connection in the client.
advice-scope-cause = The application lacks a permission
advice-scope-cure = Tick it under Scopes & permissions on the application's page.
advice-path-cause = There is nothing at this address
advice-path-cure = The tenant URL ends in /scim/v2. Copy it anew from the page Connect.
advice-gone-cause = What the client asked for is not there
advice-gone-cure = It was deleted here, and the client does not know. Its next cycle makes it anew; in Entra, restart provisioning if it goes on.
advice-taken-cause = Two people, or two groups, share one unique name
advice-taken-cure = Another resource has this name already. Delete or rename that one, or let the client match by another attribute.
advice-conflict-cause = It cannot be changed like this just now
advice-conflict-cure = The error's text says why. Usually the client's next cycle succeeds.
advice-version-cause = Somebody else changed it in between
advice-version-cure = The client reads it anew and tries again.
advice-large-cause = The request is too large
advice-large-cure = Let the client send less at once, or raise the limit in the server's configuration.
advice-filter-cause = The filter cannot be read
advice-filter-cure = The client asks by an attribute that does not exist here, or writes the filter wrong. Correct its matching attribute.
advice-slow-cause = The question takes too long
advice-slow-cure = Let the client ask by userName, externalId or id.
advice-value-cause = A value is missing or not allowed
advice-value-cure = The error's text names the attribute. Correct it in the directory, or in the client's attribute mapping.
advice-busy-cause = The server was busy, or its database away
advice-busy-cure = Clients try again by themselves. If it goes on, look into the server's log.
advice-server-cause = The server failed
advice-server-cure = The fault is the server's. Its log says why, by the request id.

## Rehearsals

rehearsal = Rehearsal
rehearse-heading = Rehearse before Entra does
rehearse-lead = Muster plays Entra's Test Connection and a small cycle, with people who do not exist, and takes them away again. Everything goes through
rehearse-running = The rehearsal runs
rehearse-good = The rehearsal went well
rehearse-good-text = { $requests } requests, nothing went wrong, and everything is cleaned up.
rehearse-good-next = Press Test Connection in Entra.
rehearse-good-here = It went well from this machine.
rehearse-bad = Something went wrong
rehearse-bad-text = Entra would meet the same. The exchanges below say where.
rehearse-lost = The rehearsal was broken off
rehearse-lost-text = Its server ended before it did. What it had made up is taken away within some minutes of a server running again.
rehearse-lost-cleaned = Its server ended before it did. What it had made up has been taken away since.
rehearse-secret = Client secret
rehearse-secret-hint = Paste the one you copied to try it out; left empty, Muster makes one that ends with the rehearsal
rehearse-too-many-secrets = The application has as many secrets as it may have. Paste the one you copied, or revoke one
rehearse-start = Begin the rehearsal
rehearse-again = Once more
rehearse-said = What was said
rehearse-bodies = Bodies
rehearse-part-test = Test Connection
rehearse-part-initial = The initial cycle: everybody is made
rehearse-part-incremental = An incremental cycle: people and groups change
rehearse-part-reading = Reading back: is everything as it should be?
rehearse-part-cleaning = Cleaning up
rehearse-part-requests =
    { $count ->
        [one] one request
       *[other] { $count } requests
    }
rehearse-token = Ask for an access token
rehearse-schemas = Read the schemas
rehearse-find-user = Look for a user
rehearse-find-group = Look for a group
rehearse-read-user = Read a user
rehearse-read-group = Read a group
rehearse-gone-user = Look for the deleted user: gone, as it should be
rehearse-gone-group = Look for the deleted group: gone, as it should be
rehearse-create-user = Create a user
rehearse-create-group = Create a group
rehearse-change-user = Change a user
rehearse-change-group = Change a group
rehearse-delete-user = Delete a user
rehearse-delete-group = Delete a group
