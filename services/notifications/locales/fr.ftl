# Words of the mails, in French. Plain administrative French; one idea per sentence.
# Of each mail: its subject, and the same without names for who looks after mails (listed); who, what to do, until when;
# above the code, on the button, above what another person wrote; what to do otherwise.

time = { $weekday } { $day } { $month } { $year } à { $hour } h { $minute } (heure de Paris)
date-first = 1er
weekday-1 = lundi
weekday-2 = mardi
weekday-3 = mercredi
weekday-4 = jeudi
weekday-5 = vendredi
weekday-6 = samedi
weekday-7 = dimanche
month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre

brand = Atlas de la coopération décentralisée
greeting =
    { $has-name ->
        [yes] Bonjour { $name },
       *[no] Bonjour,
    }
button-hint = Si le bouton ne répond pas, copiez cette adresse dans votre navigateur :
help =
    { $has-helper-name ->
        [yes] Besoin d’aide ? { $helper-name }{ $has-helper-office ->
            [yes] , { $helper-office }
           *[no] { "" }
        }{ $has-helper-telephone ->
            [yes] , { $helper-telephone }
           *[no] { "" }
        }
       *[no] { $has-helper-telephone ->
            [yes] Besoin d’aide ? { $helper-office }, { $helper-telephone }
           *[no] Besoin d’aide ? Adressez-vous à la préfecture de votre région.
        }
    }
foot = Message envoyé par l’Atlas français de la coopération décentralisée. Cette adresse ne reçoit pas de courrier : ne répondez pas à ce message. L’Atlas ne demande jamais votre mot de passe par courriel ou par téléphone.

role-words =
    { $role ->
        [reader] lire ce qui n’est pas public
        [editor] modifier les pages
        [certifier] modifier les pages et confirmer la mise à jour
       *[admin] modifier les pages, confirmer la mise à jour et gérer l’équipe
    }

sign-up-code =
    .subject = Atlas : votre code de vérification
    .listed = Atlas : votre code de vérification
    .who =
        { $has-collectivite ->
            [yes] Vous avez demandé, le { $sent }, à créer un compte pour { $collectivite }.
           *[no] Vous avez demandé, le { $sent }, à créer un compte dans l’Atlas.
        }
    .what =
        { $has-code ->
            [yes] Recopiez le code dans la page où vous l’avez demandé, ou ouvrez le lien.
           *[no] Ouvrez le lien pour continuer.
        }
    .until = Ce message sert pendant une heure.
    .code = Votre code
    .button = Continuer
    .otherwise = Ce n’est pas vous ? Ne faites rien : aucun compte ne sera créé.

sign-up-existing =
    .subject = Atlas : vous avez déjà un compte
    .listed = Atlas : vous avez déjà un compte
    .who = Quelqu’un, sans doute vous, a demandé le { $sent } à créer un compte avec cette adresse.
    .what = Vous avez déjà un compte. Connectez-vous avec cette adresse. Si vous avez oublié votre mot de passe, choisissez « Identifiant ou mot de passe oublié ».
    .until = Rien n’a changé dans votre compte.
    .button = Aller à l’Atlas
    .otherwise = Ce n’est pas vous ? Ne faites rien.

recovery =
    .subject = Atlas : choisir un nouveau mot de passe
    .listed = Atlas : choisir un nouveau mot de passe
    .who = Quelqu’un, sans doute vous, a demandé le { $sent } à retrouver l’accès au compte qui utilise cette adresse.
    .what =
        { $has-code ->
            [yes] Ouvrez le lien, ou recopiez le code dans la page où vous l’avez demandé. Vous choisirez un nouveau mot de passe.
           *[no] Ouvrez le lien. Vous choisirez un nouveau mot de passe.
        }
    .until = Ce message sert pendant une heure. Si vous en avez reçu plusieurs, chacun convient.
    .code = Votre code
    .button = Choisir un nouveau mot de passe
    .otherwise = Ce n’est pas vous ? Ne faites rien : votre mot de passe reste le même.

recovery-by-helper =
    .subject = Atlas : choisir un nouveau mot de passe
    .listed = Atlas : choisir un nouveau mot de passe (envoyé par un correspondant)
    .who =
        { $has-helper-name ->
            [yes] À votre demande, { $helper-name } vous aide à retrouver l’accès à votre compte. Ce message est parti le { $sent }.
           *[no] À votre demande, votre correspondant vous aide à retrouver l’accès à votre compte. Ce message est parti le { $sent }.
        }
    .what = Ouvrez le lien. Vous choisirez un nouveau mot de passe, que personne d’autre ne connaîtra.
    .until = Ce message sert pendant une heure.
    .code = Votre code
    .button = Choisir un nouveau mot de passe
    .otherwise = Vous n’avez rien demandé ? Ne faites rien, et prévenez votre correspondant.

password-changed =
    .subject = Atlas : votre mot de passe vient d’être changé
    .listed = Atlas : votre mot de passe vient d’être changé
    .who =
        { $has-browser ->
            [yes] Le mot de passe de votre compte a été changé le { $sent }, depuis { $browser }.
           *[no] Le mot de passe de votre compte a été changé le { $sent }.
        }
    .what = Si c’est vous, vous n’avez rien à faire. Tous les appareils ont été déconnectés : connectez-vous avec le nouveau mot de passe.
    .until = { "" }
    .button = Retrouver l’accès
    .otherwise = Ce n’est pas vous ? Choisissez tout de suite un autre mot de passe, par « Identifiant ou mot de passe oublié ».

email-change-confirm =
    .subject = Atlas : confirmez votre nouvelle adresse
    .listed = Atlas : confirmez votre nouvelle adresse
    .who = Vous avez demandé, le { $sent }, à utiliser cette adresse pour votre compte.
    .what = Ouvrez le lien pour le confirmer. Vous vous connecterez ensuite avec cette adresse.
    .until = Ce message sert pendant une heure. Jusque-là, votre ancienne adresse reste la bonne.
    .code = Votre code
    .button = Confirmer cette adresse
    .otherwise = Ce n’est pas vous ? Ne faites rien : cette adresse ne sera pas utilisée.

email-change-notice =
    .subject = Atlas : une autre adresse est demandée pour votre compte
    .listed = Atlas : une autre adresse est demandée pour votre compte
    .who = Une autre adresse a été demandée pour votre compte, le { $sent } : { $email }.
    .what = Si c’est vous, ouvrez le message envoyé à cette autre adresse.
    .until = Tant que ce n’est pas fait, rien ne change.
    .button = Aller à mon compte
    .otherwise = Ce n’est pas vous ? Changez tout de suite votre mot de passe.

email-changed-undo =
    .subject = Atlas : l’adresse de votre compte a changé
    .listed = Atlas : l’adresse de votre compte a changé
    .who = Depuis le { $sent }, votre compte utilise une autre adresse : { $email }.
    .what = Si c’est vous, vous n’avez rien à faire. Sinon, ouvrez le lien : cette adresse-ci sera rétablie et tous les appareils seront déconnectés.
    .until = Ce lien sert jusqu’au { $expires }.
    .button = Rétablir mon adresse
    .otherwise = Après cette date, adressez-vous à votre correspondant.

email-change-existing =
    .subject = Atlas : cette adresse a déjà un compte
    .listed = Atlas : cette adresse a déjà un compte
    .who = Quelqu’un, sans doute vous, a demandé le { $sent } à utiliser cette adresse pour un autre compte.
    .what = Cette adresse a déjà un compte. Connectez-vous avec elle, ou choisissez une autre adresse pour l’autre compte.
    .until = Rien n’a changé dans vos comptes.
    .button = Aller à l’Atlas
    .otherwise = Ce n’est pas vous ? Ne faites rien.

second-factor-changed =
    .subject = Atlas : la connexion en deux étapes a changé
    .listed = Atlas : la connexion en deux étapes a changé
    .who =
        { $has-browser ->
            [yes] La connexion en deux étapes de votre compte a été modifiée le { $sent }, depuis { $browser }.
           *[no] La connexion en deux étapes de votre compte a été modifiée le { $sent }.
        }
    .what = Si c’est vous, vous n’avez rien à faire.
    .until = { "" }
    .button = Aller à mon compte
    .otherwise = Ce n’est pas vous ? Changez tout de suite votre mot de passe, et prévenez votre correspondant.

new-device-sign-in =
    .subject = Atlas : connexion depuis un nouvel appareil
    .listed = Atlas : connexion depuis un nouvel appareil
    .who =
        { $has-browser ->
            [yes] Une connexion à votre compte a eu lieu le { $sent }, depuis { $browser }.
           *[no] Une connexion à votre compte a eu lieu le { $sent }, depuis un appareil que nous ne connaissions pas.
        }
    .what = Si c’est vous, vous n’avez rien à faire.
    .until = { "" }
    .button = Voir mes appareils
    .otherwise = Ce n’est pas vous ? Changez tout de suite votre mot de passe : tous les appareils seront déconnectés.

account-disabled =
    .subject = Atlas : votre compte est fermé
    .listed = Atlas : votre compte est fermé
    .who = Votre compte a été fermé le { $sent }.
    .what = Vous ne pouvez plus vous connecter. Ce que vous avez enregistré pour votre collectivité reste en place.
    .until = { "" }
    .quote = Motif
    .otherwise = C’est une erreur ? Adressez-vous à votre correspondant.

membership-official-code =
    .subject = { $collectivite } : code pour un agent qui rejoint l’Atlas
    .listed = Code envoyé à l’adresse officielle
    .who =
        { $has-function ->
            [yes] { $person }, { $function }, a demandé le { $sent } à mettre à jour la page de { $collectivite } dans l’Atlas.
           *[no] { $person } a demandé le { $sent } à mettre à jour la page de { $collectivite } dans l’Atlas.
        }
    .what = Si cette personne travaille pour { $collectivite }, transmettez-lui ce code. Avec lui, elle pourra modifier la page.
    .until = Ce code sert jusqu’au { $expires }.
    .code = Code à transmettre
    .otherwise = Vous ne connaissez pas cette personne ? Ne transmettez pas le code, et prévenez votre correspondant.

take-over-notice =
    .subject = { $collectivite } : { $person } prend votre suite
    .listed = Un collègue prend la suite
    .who =
        { $has-function ->
            [yes] { $person }, { $function }, a pris votre suite pour { $collectivite } le { $sent }.
           *[no] { $person } a pris votre suite pour { $collectivite } le { $sent }.
        }
    .what = Vous ne pouvez plus modifier les pages de { $collectivite }. Si vous avez quitté ce poste, vous n’avez rien à faire.
    .until = { "" }
    .button = Dire que c’est une erreur
    .otherwise = C’est une erreur ? Prévenez tout de suite votre correspondant.

membership-requested =
    .subject = { $collectivite } : { $person } demande à rejoindre votre équipe
    .listed = Demande à rejoindre une équipe
    .who =
        { $has-function ->
            [yes] { $person }, { $function }, a demandé le { $sent } à rejoindre l’équipe de { $collectivite }.
           *[no] { $person } a demandé le { $sent } à rejoindre l’équipe de { $collectivite }.
        }
    .what = Acceptez ou refusez cette demande. Si vous acceptez, vous choisissez ce que cette personne pourra faire.
    .until =
        { $has-escalates ->
            [yes] Sans réponse le { $escalates }, la demande passera à l’échelon suivant.
           *[no] { "" }
        }
    .quote = Son message
    .button = Voir la demande
    .otherwise = Vous ne connaissez pas cette personne ? Refusez la demande.

membership-accepted =
    .subject = { $collectivite } : votre demande est acceptée
    .listed = Demande à rejoindre une équipe : acceptée
    .who = Vous faites partie de l’équipe de { $collectivite } depuis le { $sent }.
    .what = Vous pouvez { role-words }. Ce que vous avez préparé en attendant n’est pas perdu.
    .until =
        { $has-until ->
            [yes] Cela vaut jusqu’au { $until }.
           *[no] { "" }
        }
    .button = Ouvrir mon espace
    .otherwise = { "" }

membership-refused =
    .subject = { $collectivite } : votre demande est refusée
    .listed = Demande à rejoindre une équipe : refusée
    .who = Votre demande à rejoindre l’équipe de { $collectivite } a été refusée le { $sent }.
    .what = Si c’est une erreur, parlez-en à votre collectivité, puis faites une nouvelle demande.
    .until = { "" }
    .quote = Motif
    .button = Ouvrir mon espace
    .otherwise = { "" }

membership-escalated =
    .subject = { $collectivite } : votre demande est transmise
    .listed = Demande à rejoindre une équipe : transmise
    .who =
        { $has-region ->
            [yes] Votre demande à rejoindre l’équipe de { $collectivite } est restée sans réponse. Elle a été transmise le { $sent } : { $region }.
           *[no] Votre demande à rejoindre l’équipe de { $collectivite } est restée sans réponse. Elle a été transmise le { $sent } au ministère.
        }
    .what = Vous n’avez rien à faire. En attendant, vous pouvez tout préparer : rien ne sera publié avant l’accord.
    .until =
        { $has-escalates ->
            [yes] Sans réponse le { $escalates }, elle passera à l’échelon suivant.
           *[no] { "" }
        }
    .button = Ouvrir mon espace
    .otherwise = { "" }

membership-ended =
    .subject = { $collectivite } : vous ne faites plus partie de l’équipe
    .listed = Fin d’appartenance à une équipe
    .who = Depuis le { $sent }, vous ne faites plus partie de l’équipe de { $collectivite }.
    .what = Vous ne pouvez plus modifier ses pages. Votre compte reste ouvert.
    .until = { "" }
    .quote = Motif
    .button = Ouvrir mon espace
    .otherwise = C’est une erreur ? Parlez-en à votre collectivité.

invitation =
    .subject = { $collectivite } : { $person } vous invite dans l’Atlas
    .listed = Invitation dans une équipe
    .who = { $person } vous a envoyé, le { $sent }, une invitation à rejoindre l’équipe de { $collectivite }.
    .what = Ouvrez le lien pour accepter. Vous pourrez { role-words }.
    .until = Ce lien sert jusqu’au { $expires }.
    .quote = Son message
    .button = Voir l’invitation
    .otherwise = Vous ne connaissez pas cette personne ? Ne faites rien : l’invitation s’éteindra d’elle-même.

invitation-accepted =
    .subject = { $collectivite } : { $person } a accepté votre invitation
    .listed = Invitation acceptée
    .who = { $person } fait partie de l’équipe de { $collectivite } depuis le { $sent }.
    .what = Vous n’avez rien à faire. La page de l’équipe dit ce que chacun peut faire.
    .until = { "" }
    .button = Voir l’équipe
    .otherwise = { "" }

joined-by-code =
    .subject = { $collectivite } : { $person } a rejoint votre équipe avec un code
    .listed = Arrivée dans une équipe avec un code
    .who =
        { $has-function ->
            [yes] { $person }, { $function }, a rejoint l’équipe de { $collectivite } le { $sent }, avec un code.
           *[no] { $person } a rejoint l’équipe de { $collectivite } le { $sent }, avec un code.
        }
    .what = Vérifiez que cette personne travaille pour { $collectivite }.
    .until = { "" }
    .button = Voir l’équipe
    .otherwise = Vous ne la connaissez pas ? Retirez-la de l’équipe, et prévenez votre correspondant.

missing-receipt =
    .subject = Atlas : votre demande n° { $receipt } est enregistrée
    .listed = Collectivité absente : demande enregistrée
    .who = Vous avez signalé le { $sent } qu’une collectivité manque dans l’Atlas : { $collectivite }.
    .what = Votre demande porte le numéro { $receipt }. Gardez-le. Vous n’avez rien d’autre à faire.
    .until = Vous recevrez la réponse à cette adresse.
    .button = Suivre ma demande
    .otherwise = { "" }

missing-answer =
    .subject =
        { $has-receipt ->
            [yes] Atlas : réponse à votre demande n° { $receipt }
           *[no] Atlas : réponse à votre demande
        }
    .listed = Collectivité absente : réponse
    .who = Vous aviez signalé qu’une collectivité manque dans l’Atlas : { $collectivite }. Voici la réponse, du { $sent }.
    .what = { "" }
    .until = { "" }
    .quote = Réponse
    .button = Continuer
    .otherwise = { "" }
