# Words of the mails, in English, as plain as the French; see fr.ftl.

time = { $weekday } { $day } { $month } { $year } at { $hour }:{ $minute } (Paris time)
date-first = 1
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

brand = Atlas of French decentralised cooperation
greeting =
    { $has-name ->
        [yes] Hello { $name },
       *[no] Hello,
    }
button-hint = If the button does not work, copy this address into your browser:
help =
    { $has-helper-name ->
        [yes] Need help? { $helper-name }{ $has-helper-office ->
            [yes] , { $helper-office }
           *[no] { "" }
        }{ $has-helper-telephone ->
            [yes] , { $helper-telephone }
           *[no] { "" }
        }
       *[no] { $has-helper-telephone ->
            [yes] Need help? { $helper-office }, { $helper-telephone }
           *[no] Need help? Ask the préfecture of your region.
        }
    }
foot = Sent by the Atlas of French decentralised cooperation. This address receives no mail: do not reply to this message. The Atlas never asks for your password by mail or telephone.

role-words =
    { $role ->
        [reader] read what is not public
        [editor] change the pages
        [certifier] change the pages and confirm the update
       *[admin] change the pages, confirm the update and manage the team
    }

sign-up-code =
    .subject = Atlas: your verification code
    .listed = Atlas: your verification code
    .who =
        { $has-collectivite ->
            [yes] You asked on { $sent } to create an account for { $collectivite }.
           *[no] You asked on { $sent } to create an account in the Atlas.
        }
    .what =
        { $has-code ->
            [yes] Copy the code into the page where you asked for it, or open the link.
           *[no] Open the link to go on.
        }
    .until = This message is good for one hour.
    .code = Your code
    .button = Continue
    .otherwise = Not you? Do nothing: no account will be created.

sign-up-existing =
    .subject = Atlas: you already have an account
    .listed = Atlas: you already have an account
    .who = Somebody, probably you, asked on { $sent } to create an account with this address.
    .what = You already have an account. Sign in with this address. If you forgot your password, choose “Forgotten login or password”.
    .until = Nothing has changed in your account.
    .button = Go to the Atlas
    .otherwise = Not you? Do nothing.

recovery =
    .subject = Atlas: choose a new password
    .listed = Atlas: choose a new password
    .who = Somebody, probably you, asked on { $sent } to get back into the account that uses this address.
    .what =
        { $has-code ->
            [yes] Open the link, or copy the code into the page where you asked for it. You will choose a new password.
           *[no] Open the link. You will choose a new password.
        }
    .until = This message is good for one hour. If you received several, any of them will do.
    .code = Your code
    .button = Choose a new password
    .otherwise = Not you? Do nothing: your password stays the same.

recovery-by-helper =
    .subject = Atlas: choose a new password
    .listed = Atlas: choose a new password (sent by a correspondent)
    .who =
        { $has-helper-name ->
            [yes] As you asked, { $helper-name } is helping you to get back into your account. This message was sent on { $sent }.
           *[no] As you asked, your correspondent is helping you to get back into your account. This message was sent on { $sent }.
        }
    .what = Open the link. You will choose a new password that nobody else knows.
    .until = This message is good for one hour.
    .code = Your code
    .button = Choose a new password
    .otherwise = You did not ask for this? Do nothing, and tell your correspondent.

password-changed =
    .subject = Atlas: your password has just been changed
    .listed = Atlas: your password has just been changed
    .who =
        { $has-browser ->
            [yes] The password of your account was changed on { $sent }, from { $browser }.
           *[no] The password of your account was changed on { $sent }.
        }
    .what = If it was you, there is nothing to do. Every device has been signed out: sign in with the new password.
    .until = { "" }
    .button = Get back in
    .otherwise = Not you? Choose another password at once, by “Forgotten login or password”.

email-change-confirm =
    .subject = Atlas: confirm your new address
    .listed = Atlas: confirm your new address
    .who = You asked on { $sent } to use this address for your account.
    .what = Open the link to confirm it. You will then sign in with this address.
    .until = This message is good for one hour. Until then, your old address stays the right one.
    .code = Your code
    .button = Confirm this address
    .otherwise = Not you? Do nothing: this address will not be used.

email-change-notice =
    .subject = Atlas: another address is requested for your account
    .listed = Atlas: another address is requested for your account
    .who = Another address was requested for your account on { $sent }: { $email }.
    .what = If it was you, open the message sent to that other address.
    .until = Until that is done, nothing changes.
    .button = Go to my account
    .otherwise = Not you? Change your password at once.

email-changed-undo =
    .subject = Atlas: the address of your account has changed
    .listed = Atlas: the address of your account has changed
    .who = Since { $sent }, your account uses another address: { $email }.
    .what = If it was you, there is nothing to do. If not, open the link: this address will be put back and every device signed out.
    .until = This link is good until { $expires }.
    .button = Put my address back
    .otherwise = After that date, ask your correspondent.

email-change-existing =
    .subject = Atlas: this address already has an account
    .listed = Atlas: this address already has an account
    .who = Somebody, probably you, asked on { $sent } to use this address for another account.
    .what = This address already has an account. Sign in with it, or choose another address for the other account.
    .until = Nothing has changed in your accounts.
    .button = Go to the Atlas
    .otherwise = Not you? Do nothing.

second-factor-changed =
    .subject = Atlas: signing in with two steps has changed
    .listed = Atlas: signing in with two steps has changed
    .who =
        { $has-browser ->
            [yes] Signing in to your account with two steps was changed on { $sent }, from { $browser }.
           *[no] Signing in to your account with two steps was changed on { $sent }.
        }
    .what = If it was you, there is nothing to do.
    .until = { "" }
    .button = Go to my account
    .otherwise = Not you? Change your password at once, and tell your correspondent.

new-device-sign-in =
    .subject = Atlas: signed in from a new device
    .listed = Atlas: signed in from a new device
    .who =
        { $has-browser ->
            [yes] Somebody signed in to your account on { $sent }, from { $browser }.
           *[no] Somebody signed in to your account on { $sent }, from a device that we did not know.
        }
    .what = If it was you, there is nothing to do.
    .until = { "" }
    .button = See my devices
    .otherwise = Not you? Change your password at once: every device will be signed out.

account-disabled =
    .subject = Atlas: your account is closed
    .listed = Atlas: your account is closed
    .who = Your account was closed on { $sent }.
    .what = You can no longer sign in. What you saved for your collectivité stays in place.
    .until = { "" }
    .quote = Reason
    .otherwise = Is this a mistake? Ask your correspondent.

membership-official-code =
    .subject = { $collectivite }: code for an agent who joins the Atlas
    .listed = Code sent to the official address
    .who =
        { $has-function ->
            [yes] { $person }, { $function }, asked on { $sent } to keep the page of { $collectivite } in the Atlas up to date.
           *[no] { $person } asked on { $sent } to keep the page of { $collectivite } in the Atlas up to date.
        }
    .what = If this person works for { $collectivite }, pass this code on. With it, they can change the page.
    .until = This code is good until { $expires }.
    .code = Code to pass on
    .otherwise = You do not know this person? Do not pass the code on, and tell your correspondent.

take-over-notice =
    .subject = { $collectivite }: { $person } takes over from you
    .listed = A colleague takes over
    .who =
        { $has-function ->
            [yes] { $person }, { $function }, took over from you for { $collectivite } on { $sent }.
           *[no] { $person } took over from you for { $collectivite } on { $sent }.
        }
    .what = You can no longer change the pages of { $collectivite }. If you have left this post, there is nothing to do.
    .until = { "" }
    .button = Say that this is a mistake
    .otherwise = Is this a mistake? Tell your correspondent at once.

membership-requested =
    .subject = { $collectivite }: { $person } asks to join your team
    .listed = Request to join a team
    .who =
        { $has-function ->
            [yes] { $person }, { $function }, asked on { $sent } to join the team of { $collectivite }.
           *[no] { $person } asked on { $sent } to join the team of { $collectivite }.
        }
    .what = Accept or refuse this request. If you accept, you choose what this person may do.
    .until =
        { $has-escalates ->
            [yes] Without an answer by { $escalates }, the request goes to the next level.
           *[no] { "" }
        }
    .quote = Their message
    .button = See the request
    .otherwise = You do not know this person? Refuse the request.

membership-accepted =
    .subject = { $collectivite }: your request is accepted
    .listed = Request to join a team: accepted
    .who = You have been part of the team of { $collectivite } since { $sent }.
    .what = You may { role-words }. What you prepared in the meantime is not lost.
    .until =
        { $has-until ->
            [yes] This holds until { $until }.
           *[no] { "" }
        }
    .button = Open my space
    .otherwise = { "" }

membership-refused =
    .subject = { $collectivite }: your request is refused
    .listed = Request to join a team: refused
    .who = Your request to join the team of { $collectivite } was refused on { $sent }.
    .what = If this is a mistake, talk to your collectivité, then ask again.
    .until = { "" }
    .quote = Reason
    .button = Open my space
    .otherwise = { "" }

membership-escalated =
    .subject = { $collectivite }: your request has been passed on
    .listed = Request to join a team: passed on
    .who =
        { $has-region ->
            [yes] Your request to join the team of { $collectivite } had no answer. It was passed on, on { $sent }: { $region }.
           *[no] Your request to join the team of { $collectivite } had no answer. It was passed on to the ministry on { $sent }.
        }
    .what = There is nothing to do. In the meantime you can prepare everything: nothing is published before the agreement.
    .until =
        { $has-escalates ->
            [yes] Without an answer by { $escalates }, it goes to the next level.
           *[no] { "" }
        }
    .button = Open my space
    .otherwise = { "" }

membership-ended =
    .subject = { $collectivite }: you are no longer part of the team
    .listed = End of being part of a team
    .who = Since { $sent }, you are no longer part of the team of { $collectivite }.
    .what = You can no longer change its pages. Your account stays open.
    .until = { "" }
    .quote = Reason
    .button = Open my space
    .otherwise = Is this a mistake? Talk to your collectivité.

invitation =
    .subject = { $collectivite }: { $person } invites you to the Atlas
    .listed = Invitation to a team
    .who = { $person } sent you, on { $sent }, an invitation to join the team of { $collectivite }.
    .what = Open the link to accept. You may then { role-words }.
    .until = This link is good until { $expires }.
    .quote = Their message
    .button = See the invitation
    .otherwise = You do not know this person? Do nothing: the invitation ends by itself.

invitation-accepted =
    .subject = { $collectivite }: { $person } accepted your invitation
    .listed = Invitation accepted
    .who = { $person } has been part of the team of { $collectivite } since { $sent }.
    .what = There is nothing to do. The page of the team says what everybody may do.
    .until = { "" }
    .button = See the team
    .otherwise = { "" }

joined-by-code =
    .subject = { $collectivite }: { $person } joined your team with a code
    .listed = Joined a team with a code
    .who =
        { $has-function ->
            [yes] { $person }, { $function }, joined the team of { $collectivite } on { $sent }, with a code.
           *[no] { $person } joined the team of { $collectivite } on { $sent }, with a code.
        }
    .what = Check that this person works for { $collectivite }.
    .until = { "" }
    .button = See the team
    .otherwise = You do not know them? Remove them from the team, and tell your correspondent.

missing-receipt =
    .subject = Atlas: your request no. { $receipt } is registered
    .listed = Missing collectivité: request registered
    .who = You reported on { $sent } that a collectivité is missing from the Atlas: { $collectivite }.
    .what = Your request has the number { $receipt }. Keep it. There is nothing else to do.
    .until = You will receive the answer at this address.
    .button = Follow my request
    .otherwise = { "" }

missing-answer =
    .subject =
        { $has-receipt ->
            [yes] Atlas: answer to your request no. { $receipt }
           *[no] Atlas: answer to your request
        }
    .listed = Missing collectivité: answer
    .who = You had reported that a collectivité is missing from the Atlas: { $collectivite }. Here is the answer, of { $sent }.
    .what = { "" }
    .until = { "" }
    .quote = Answer
    .button = Continue
    .otherwise = { "" }
