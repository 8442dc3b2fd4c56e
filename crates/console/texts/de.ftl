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
sign-in-text = Sign in to see this page.
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
password-too-short = The password has at least { $shortest } characters
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

stale-heading = Please confirm
stale-text = This form belongs to an earlier session.
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
