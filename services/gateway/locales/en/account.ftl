# Words of accounts and forms, in English: sign-up, signing in, recovery, one's own account, and what went wrong.

time = { $hour }:{ $minute }
moment = { $day } at { $time } (Paris time)
date-short = { $day } { $month }
wait-seconds =
    { $count ->
        [one] 1 second
       *[other] { $shown } seconds
    }
wait-minutes =
    { $count ->
        [one] 1 minute
       *[other] { $shown } minutes
    }
wait-hours =
    { $count ->
        [one] 1 hour
       *[other] { $shown } hours
    }
yes = yes
no = no
save = Save
continue = Continue
required-fields = Fields marked with an asterisk (*) must be filled in.
public-page = See our public page
help-label = Help
help-question = Need help?
help-ask = Ask for help
help-anyone = Call the correspondent at your regional prefecture (SGAR).
help-name = { $name }
help-name-telephone = { $name }, { $telephone }
help-named = { $who }

nav-space = My space
home-people = Do you work for a local authority?
home-people-text = With an account you keep the page of your local authority up to date.
sitemap-people = Your account
privacy-cookies-session = When you sign in, the site sets the cookies that signing in needs: they keep your browser recognised until you sign out, protect forms, and remember that somebody has signed in on this computer before. No other site reads them, and none of them measures what you do.
privacy-accounts = Accounts of staff
privacy-accounts-text = The account keeps the name, position, e-mail address and language you gave, and when you signed in. A journal keeps who changed what and when; the IP address in it is cut short. Nobody can read passwords, not even administrators.

field-collectivite = Your local authority
field-collectivite-chosen = Which one?
field-first-name = First name
field-last-name = Last name
field-function = Position
field-email = E-mail address
field-password = Password
field-current-password = Present password
field-new-password = New password
field-code = The 6 digits in the message
field-locale = Language of messages
field-passkey-name = Name of the passkey
field-message = Your message
field-name = Name of the local authority
field-place = Département or postal code
hint-collectivite = Name, postal code, INSEE code or SIREN
hint-function = For example: general secretary, project officer
hint-email = The address of the town hall will do.
hint-passkey-name = For example: telephone, office computer
hint-recovery-email = The one you created your account with.
hint-password = 15 characters or more. The simplest: four words that have nothing to do with each other.
hint-password-suggested = Write this password down before you go on: it will not be shown again.
password-suggest = Suggest a password
password-show = Show
password-hide = Hide

pick-several = Several local authorities match. Choose yours.
pick-many = Many local authorities match. Choose yours, or type its postal code.
pick-nearly = No local authority has exactly this name. Choose yours among similar names.
pick-ended = This local authority no longer exists. Choose the one that replaced it.
pick-ended-none = This local authority no longer exists, and has no known successor.

problem-title = Error: { $name }
problem-summary =
    { $count ->
        [one] One thing needs to be corrected:
       *[other] { $shown } things need to be corrected:
    }
problem-required = Fill this in.
problem-email = This address is not complete. It reads like name@example.fr.
problem-code = These digits are not right. Check the latest message.
problem-code-no-tries = Too many attempts. Open the link in the message, or ask for another message.
problem-passkey = This passkey was not recognised. Try again, or use another way.
problem-current-password = This is not your present password.
problem-collectivite = No local authority matches. Check the spelling, or type the postal code.
problem-collectivite-ended = This local authority no longer exists. Choose the one that replaced it.
problem-password-short = 15 characters or more are needed. The simplest: four words that have nothing to do with each other.
problem-password-long = This password is too long: 256 characters at most.
problem-password-weak = This password would be too easy to guess. Add letters or a word.
problem-password-common = This password is well known: it would be too easy to guess. Choose another one.
problem-password-context = This password contains the name of your commune, your name or your address: it would be too easy to guess. Choose another one.
problem-too-long = This text is too long.
problem-not-text = This text has characters that cannot be shown. Type it again.
problem-until-day = This date will not do. Choose a day to come.
problem-role = Choose a role.
problem-other = This will not do.

sign-up-title = Create my account
sign-up-intro = This account is for keeping the page of your local authority up to date. It takes about 5 minutes.
sign-up-button = Create my account
sign-up-missing = My local authority is not in the list
sign-up-known = I have an account already
email-meant = Did you mean { $name }?
email-fix = Yes, correct it
email-keep = No, keep mine

mailbox-title = Check your mailbox
mailbox-sent = A message left at { $time } for { $address }. Copy the 6 digits here, or open the link in the message.
mailbox-nothing = Nothing after 10 minutes? Look in your spam folder. You can ask for another message: earlier ones still work.
mailbox-resend = Send the message again
mailbox-correct = Correct the address
mailbox-correct-button = Correct the address and send again
mailbox-tries =
    { $count ->
        [one] 1 attempt left.
       *[other] { $shown } attempts left.
    }
mailbox-no-tries = No attempts left. Open the link in the message: it still works. Or ask for another message.

recovery-title = Forgotten login or password
recovery-intro = Your login is your e-mail address. Type it: you will get a message to choose a new password.
recovery-button = Get a message
recovery-unknown = I do not know which address I used
recovery-sent = If there is an account with the address { $address }, a message has just been sent there ({ $time }). It works for one hour.
recovery-signed-in = You are signed in with the account of { $name }. You can go on, or sign out first.
recovery-signed-in-account = Go to my account
address-recovery-title = Find my address
address-recovery-intro = Name your local authority. Each person who has an account for it will get a message at their own address.
address-recovery-sent = Each person who has an account for this local authority has just been sent a message at their own address ({ $time }). Open the link in yours: it is good for an hour.
password-title = Choose a new password
password-recovery = You are choosing the password of the account { $address }. You will be signed out everywhere.
password-sign-up-title = Choose your password
password-sign-up = Your address { $address } is verified. This is not the browser you signed up in: for safety, choose your password here.
password-button = Save the password

link-recovery-title = Choose a new password
link-recovery = You asked to choose a new password.
link-sign-up-title = Verify your address
link-sign-up = You are creating an account for { $collectivite }.
link-sign-up-button = Verify my address
link-email-title = Confirm your new address
link-email = This address will become that of your account.
link-email-button = Confirm the address
link-undo-title = Go back to the old address
link-undo = The address of your account was changed. If that was not you, go back to the old address, then choose a new password.
link-undo-button = Go back to the old address
link-signed-in = This browser is signed in with the account of { $name }. You can go on, or sign out first.
link-dead-title = This link no longer works
link-dead = It was used already, or it is too old.
link-dead-what = If you have finished already, sign in. Otherwise ask for another message.
link-dead-recover = Ask for another message

sign-in-title = Sign in
sign-in-button = Sign in
sign-in-forgotten = Forgotten login or password
sign-in-create = Create my account
sign-in-wrong = The address or the password is not right. Check both.
passkey-sign-in = Sign in with a passkey
passkey-title = Your passkey
passkey-get = Your device will ask for your fingerprint, your face or its code.
passkey-get-button = Use my passkey
passkey-password = Sign in with my password
passkey-code = Use a code
passkey-without = Passkeys need a recent browser, with JavaScript. Without it, use your password and, where it is asked for, a code.
passkey-cancelled = Nothing was done: the request was cancelled. You can try again.
passkey-late = Nothing was done: the time is over. Begin again.
passkey-known = This device has a passkey for your account already.
passkey-unsupported = This browser or device cannot use a passkey here. Use another way.
passkey-failed = The passkey did not answer. Try again, or use another way.
step-title = Second step
step-intro = Open your authenticator and copy the code it shows.
step-code = Code from the authenticator
step-code-hint = Without your telephone: one of your recovery codes.
step-code-wrong = This code is not the right one, or was used already. Copy the one that the application shows now.
step-passkey = The simplest: your passkey.
step-other = Without a passkey
step-recovery = Type one of your recovery codes.
step-recovery-code = Recovery code
step-anew = Begin signing in again
sign-out = Sign out
sign-out-text = You are about to be signed out of this browser.
already-signed-in = You are signed in already with the account of { $name }.
already-continue = Go on to my space
draft-filled = What you had written is back. Read it again, then save.

account-title = My account
account-profile = Who you are
account-email = E-mail address
account-email-now = Your address is { $name }.
account-email-change = Change address
account-email-new = New e-mail address
account-email-button = Get a message at the new address
account-password-change = Change password
account-password-button = Change the password
account-second-factor = Second step when signing in
account-second-factor-on = It is on: your passkey or a code is asked for after your password.
account-second-factor-off = It is off. It protects your account even if somebody knows your password.
account-second-factor-manage = Manage the second step
account-passkeys = A passkey signs you in without a password, with your fingerprint, your face or the code of your device.
account-passkeys-manage = Manage my passkeys
account-sessions = Where you are signed in
account-sessions-text = If you do not recognise a line, sign it out and change your password.
account-session-unknown = Unknown browser
account-session-began = Signed in since
account-session-seen = Last activity
account-session-present = This browser
account-session-end = Sign out
account-end-others = Sign out everywhere else

second-factor-title = Second step when signing in
second-factor-missing = Your role asks for a second step when signing in. Set it up to go on.
second-factor-passkey = The simplest: a passkey. Otherwise, set up an authenticator.
second-factor-off = You need an authenticator on your telephone, for example FreeOTP.
second-factor-on = Your authenticator is on. You can remove it, unless your role asks for a second step and you have no passkey.
second-factor-why-password = For your safety, type your password first.
second-factor-start = Set it up
second-factor-remove = Remove the authenticator
second-factor-scan = With the authenticator, take a picture of this black and white square.
second-factor-picture = Square to be scanned with the authenticator; the text below says the same.
second-factor-type = Or type this text into the authenticator:
second-factor-then = Then copy the code that the authenticator shows.
second-factor-confirm = Switch the second step on
second-factor-done-title = The second step is on
second-factor-done = Here are ten recovery codes. Each works once, when you do not have your telephone.
second-factor-keep = Print them or write them down now: they will not be shown again.
second-factor-done-on = I have kept my codes, go on

passkeys-title = Your passkeys
passkeys-intro = A passkey stays in your device. It signs you in without a password, and serves as the second step.
passkeys-turns-on = As soon as you have one, a second step is asked for after your password. You will get ten recovery codes.
passkeys-add = Add a passkey
passkeys-create = Your device will ask for your fingerprint, your face or its code to create the passkey “{ $name }”.
passkeys-create-button = Create the passkey
passkeys-without = Adding a passkey needs a recent browser, with JavaScript. Without it, use an authenticator.
passkeys-added = Added
passkeys-used = Last used
passkeys-unused = never
passkeys-remove = Remove this passkey

missing-title = My local authority is not in the list
missing-intro = Tell us which one is missing. You will get a number, then an answer by e-mail.
missing-place-hint = To tell it from another of the same name.
missing-email-hint = For the answer.
missing-message-hint = For example: new commune since 1 January.
missing-button = Send
missing-done-title = Your report has been recorded
missing-done = Your number is { $name }. Write it down: it helps if you call us.
missing-done-what = We check the official registers, then answer by e-mail.

note-signed-out = You are signed out.
note-session-ended = You had not been active for a long time: sign in again.
note-draft-kept = You were no longer signed in. Your text is kept: sign in and you will find it.
note-password-chosen = Your password is saved. Sign in.
note-account-made = Your address is verified and your account is created.
note-mail-sent-again = Another message has left.
note-address-corrected = The address is corrected, and a message has left for it.
note-profile-changed = Saved.
note-password-changed = Your password is changed. Other browsers are signed out.
note-email-changed = Your new address is confirmed.
note-email-restored = The old address is back. Now choose a new password.
note-session-closed = That browser is signed out.
note-sessions-closed = The other browsers are signed out.
note-second-factor-removed = The authenticator is removed.
note-passkey-added = The passkey is added.
note-passkey-removed = The passkey is removed.
note-flow-over = This is finished already, or too old. You can begin again below.

again-button = Try again
again-back = Back to the page
again-kept = Your text is kept on this page: do not close it.
again-failed-title = The service could not save
again-failed = It is not your fault. Try again in a minute.
again-outdated-title = This page had been open for too long
again-outdated = Nothing is lost. Check your text, then try again.
again-signed-out-title = You are no longer signed in
again-signed-out = Open another tab, sign in, then come back here and try again.
again-foreign-title = This form does not come from this site
again-foreign = For safety, nothing was saved. Open the page from the Atlas and begin again.
again-stale-title = This page has changed meanwhile
again-stale = Somebody else saved while you were writing. Go back to the page and begin again.
again-forbidden-title = You have no access to this
again-forbidden = Your role does not allow this. An administrator of the team can change it.
again-invited-another = This invitation is for another address than yours.
again-impossible-title = This is not possible now
again-impossible = Things have changed since the page was opened. Go back to the page.
again-already-member = This person is in the team already.
again-already-asked = Your request has left already. You will get the answer by e-mail.
again-too-many-requests = You have five requests without an answer. Wait for an answer, or withdraw a request.
again-too-many-invitations = Twenty invitations wait for an answer already. Withdraw one to send others.
again-last-administrator = This is the last administrator of the team. Give that role to somebody else first.
again-request-decided = Somebody has answered this request already.
again-report-answered = Somebody has answered this report already.
again-collectivite-ended = This local authority no longer exists.
again-second-factor-required = Your role asks for a second step when signing in. Set it up in your account.
again-too-many-passkeys = You have ten passkeys already. Remove one to add another.
again-message-not-ended = This e-mail is still on its way.
again-message-outdated = What this e-mail says is no longer so: it will not be sent again.
again-too-often-title = Too many attempts
again-too-often = For safety, wait { $wait } before you try again.
again-overloaded = Many people are signing in right now. Try again in { $wait }.
again-too-many-messages = This address has had all the e-mails allowed for today. Try again in { $wait }.
