# Words of those who act for a local authority or a State office, in English: joining, team, requests, journal, mails, codes.

field-delegate-of = For an association or twinning committee
field-replaces = Colleague replaced
field-role = Role
field-from-day = From
field-until-day = Until
field-reason = Reason
field-answer = Answer
field-query = Find a person
field-actor = Who
field-action = Action
field-subject = On what
field-scope = For which local authority or office
field-since = Since
field-until = Until (included)
field-state = Where the e-mail stands
field-recipient = Recipient
field-collectivites = Or only these local authorities
field-office = Office

role-reader = Reading
role-reader-about = Sees what is not public, changes nothing.
role-editor = Editing
role-editor-about = Keeps the page up to date.
role-certifier = Confirming
role-certifier-about = Keeps the page up to date and confirms the yearly update.
role-admin = Administration
role-admin-about = May do everything, and decides who is in the team.

space-title = My space
space-hello = Hello { $name }.
space-none = You do not act for any local authority yet. Name yours below.
space-offices = State offices
space-collectivites = My local authorities
space-requests = My requests
space-join = Act for a local authority
space-join-button = Continue
space-leave = Leave this team
space-leave-button = Leave the team of { $name }
space-of = Space of { $name }
space-role = Your role for { $name }: { $role }.
space-as-agents = You see this space as its staff do, read only, in the name of: { $name }. That you looked is written in the journal.
office-region = SGAR { $name }
office-department = Prefecture { $name }
office-country = Embassy { $name }
office-national = Ministry (DAECT)
office-operator = Operation of the Atlas
office-for = You act in the name of: { $name }.
office-waiting =
    { $count ->
        [0] No request waits for an answer.
        [one] 1 request waits for an answer.
       *[other] { $shown } requests wait for an answer.
    }
office-see = See as a local authority
office-see-text = You will see its space as its staff do, read only. That you looked will be written in the journal.
office-see-button = See its space

join-title = Last step: prove that you work for { $name }
join-ended = { $name } no longer exists.
join-successor = Go on with the local authority that replaced it
join-official = Get a code at the official address of the town hall { $name }
join-official-again = Send the code again
join-code-sent = A code left on { $time } for the official address { $address }. Ask the person who reads that mailbox for it.
join-code = Code you were given
join-paper = I have a code from a letter or from the prefecture
join-ask = None of these: ask the prefecture
join-ask-team = None of these: ask the team in place
join-ask-button = Send the request
join-message-hint = Optional. Say what helps to recognise you, or which colleague you replace.
join-delegate-hint = Optional. Its name, if you are not staff of the local authority.
join-withdraw = Withdraw my request
join-faster = To be faster
waiting-administrators = Request sent on { $sent } to the team of { $collectivite }. Without an answer on { $next }, it will go to the prefecture of the region { $region }. Meanwhile you can prepare everything: nothing will be published before you are accepted.
waiting-region = Request sent on { $sent } to the prefecture of the region { $region }. Without an answer on { $next }, it will go to the ministry. Meanwhile you can prepare everything: nothing will be published before you are accepted.
waiting-ministry = Request sent on { $sent }. The ministry is looking at it. Meanwhile you can prepare everything: nothing will be published before you are accepted.
label-collectivite = Local authority
label-message = Message
request-open = Waits for an answer
request-accepted = Accepted
request-refused = Refused
request-withdrawn = Withdrawn
request-where = What comes next
request-replaces = Replaces

invitation-title = Invitation: { $name }
invitation-by = Invited by
invitation-to = For the address
invitation-sent = Sent on
invitation-expires = Good until
invitation-accept = Accept the invitation
invitation-another = You are signed in as { $mine }, but the invitation is for { $theirs }. Sign out, then open the link again.
invitation-sign-in = Sign in with this address to accept.
invitation-sign-up = First create an account with this address. The invitation will wait for you.
invitation-withdraw = Withdraw the invitation

team-title = Team
team-of = Team of { $name }
team-intro = What each person entered stays with the local authority, also when they leave.
team-empty = Nobody is in the team yet.
team-members =
    { $count ->
        [one] 1 person
       *[other] { $shown } people
    }
team-invitations = Invitations without an answer
team-invite = Invite somebody
team-invite-text = The person gets a message with a link, good for seven days and for them alone.
team-invite-button = Send the invitation
from-day-hint = Optional. Empty: as soon as the person accepts.
until-day-hint = Optional. Last day included.
delegate-hint = Optional. Its name; then give a last day, within two years.
member-seen = Last signed in
member-never-seen = never
member-problem = To be known
member-bounced = A message to this address came back.
member-delegate = Acts for
member-until = Until
member-change = Change the role or dates of { $name }
member-end = Leaving? Take out of the team
member-end-button = Take { $name } out of the team

requests-title = Requests to look at
requests-decided-title = Requests looked at
requests-open = See the requests to look at
requests-decided = See the requests looked at in the last 90 days
requests-none-decided = No request looked at in the last 90 days.
request-accept = Accept
request-accept-button = Accept with this role
request-refuse = Refuse
request-refuse-button = Refuse the request
request-reason-hint = The person will read this reason.

teams-title = Teams of State offices
accounts-title = Accounts
accounts-hint = Beginning of the address or name, or SIREN of the local authority
accounts-found =
    { $count ->
        [one] 1 account
       *[other] { $shown } accounts
    }
accounts-none = No account matches.
accounts-rights = Acts for
accounts-recover = Help to sign in again
accounts-recover-button = Send a message to { $name }
accounts-disable = Shut out
accounts-disable-button = Shut out now
accounts-disabled = Shut out
accounts-enable = Let in again
accounts-enable-button = Let in again
accounts-reason-hint = Written in the journal.

codes-title = Codes of the circular
codes-intro = One code for each local authority, to be printed in its letter. It lets people join the team.
codes-warning = Codes made before for these local authorities will no longer work. The file is kept nowhere: save it.
codes-department = All local authorities of the département
codes-choose = Choose a département
codes-list-hint = Their SIREN, one a line.
codes-until-hint = The codes work until the end of that day, a year away at most.
codes-button = Make the codes and download the file
codes-none = Choose a département, or give SIREN numbers.
codes-too-many = More than 1,000 local authorities: give them by SIREN, several times.
codes-column-id = Id
codes-column-code = Code

missing-list-title = Local authorities reported missing
missing-list-none = No report.
missing-list-open = See what waits for an answer
missing-list-all = See also what was answered
missing-receipt = Number
missing-answer = Answer
missing-answer-button = Send the answer
missing-answer-hint = The person gets it by e-mail.

journal-title = Journal
journal-intro = Who did what, and when. Nothing in it can be erased.
journal-caption = Lines of the journal, newest first
journal-none = No line matches.
journal-when = When
journal-about = What
journal-network = Network
journal-verify = Check the journal
journal-verify-text = Each line is tied to the one before. Checking computes these ties anew.
journal-verify-button = Check
messages-title = E-mails sent
messages-intro = To help somebody who got nothing.
messages-none = No e-mail.
messages-all = All
messages-to = To
messages-queued = Asked for on
messages-accepted = Handed over on
messages-next = Next attempt
messages-reply = What the mail server said
messages-unnamed = E-mail “{ $name }”
messages-bounced = Came back
messages-resend = Send again
messages-state-queued = Waits
messages-state-sending = Leaves
messages-state-accepted = Handed over
messages-state-deferred = Put off
messages-state-refused = Refused
messages-state-expired = Too late
messages-state-cancelled = Cancelled

note-joined = You are in the team.
note-official-code-sent = A code has left for the official address.
note-request-sent = Your request has left.
note-request-withdrawn = Your request is withdrawn.
note-left = You have left the team.
note-invited = The invitation has left.
note-invitation-withdrawn = The invitation is withdrawn: its link no longer works.
note-member-changed = Saved, and in force everywhere within five seconds.
note-member-ended = The person is no longer in the team. What they entered stays.
note-accepted = The request is accepted. The person is told.
note-refused = The request is refused. The person gets the reason.
note-answered = The answer has left.
note-recovery-sent = A message to choose a new password has left.
note-account-disabled = Shut out everywhere within five seconds.
note-account-enabled = Let in again.
note-message-resent = The e-mail leaves again.
note-chain-holds = { $checked } lines checked: nothing was changed or taken away.
note-chain-more = { $checked } lines checked: nothing was changed or taken away. More follow from line { $next }.
note-chain-broken = Line { $broken } does not follow from the one before: tell the operators. { $checked } lines checked.
