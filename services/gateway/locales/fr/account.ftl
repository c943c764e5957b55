# Words of accounts and forms, in French: sign-up, signing in, recovery, one's own account, and what went wrong.

time = { $hour } h { $minute }
moment = { $day } à { $time } (heure de Paris)
date-short = { $day } { $month }
wait-seconds =
    { $count ->
        [one] 1 seconde
       *[other] { $shown } secondes
    }
wait-minutes =
    { $count ->
        [one] 1 minute
       *[other] { $shown } minutes
    }
wait-hours =
    { $count ->
        [one] 1 heure
       *[other] { $shown } heures
    }
yes = oui
no = non
save = Enregistrer
continue = Continuer
required-fields = Les champs marqués d’un astérisque (*) sont obligatoires.
public-page = Voir notre page publique
help-label = Aide
help-question = Besoin d’aide ?
help-ask = Demander de l’aide
help-anyone = Appelez le correspondant de votre préfecture de région (SGAR).
help-name = { $name }
help-name-telephone = { $name }, { $telephone }
help-named = { $who }

nav-space = Mon espace
home-people = Vous travaillez pour une collectivité ?
home-people-text = Avec un compte, vous mettez à jour la page de votre collectivité.
sitemap-people = Votre compte
privacy-cookies-session = Quand vous vous connectez, le site dépose des cookies nécessaires à la connexion : ils gardent votre navigateur reconnu jusqu’à ce que vous vous déconnectiez, protègent les formulaires et retiennent qu’une connexion a déjà réussi sur cet ordinateur. Aucun autre site ne les lit, et aucun ne mesure ce que vous faites.
privacy-accounts = Comptes des agents
privacy-accounts-text = Le compte garde le nom, la fonction, l’adresse électronique et la langue que vous avez indiqués, et les dates de vos connexions. Un journal retient qui a modifié quoi et quand ; l’adresse IP y est tronquée. Les mots de passe ne sont pas lisibles, même par les administrateurs.

field-collectivite = Votre collectivité
field-collectivite-chosen = Laquelle ?
field-first-name = Prénom
field-last-name = Nom
field-function = Fonction
field-email = Adresse électronique
field-password = Mot de passe
field-current-password = Mot de passe actuel
field-new-password = Nouveau mot de passe
field-code = Les 6 chiffres du message
field-locale = Langue des messages
field-passkey-name = Nom de la clé
field-message = Votre message
field-name = Nom de la collectivité
field-place = Département ou code postal
hint-collectivite = Nom, code postal, code INSEE ou SIREN
hint-function = Par exemple : secrétaire générale, chargée de mission
hint-email = L’adresse de la mairie convient.
hint-passkey-name = Par exemple : téléphone, ordinateur du bureau
hint-recovery-email = Celle avec laquelle vous avez créé votre compte.
hint-password = 15 caractères ou plus. Le plus simple : quatre mots sans rapport entre eux.
hint-password-suggested = Notez ce mot de passe avant de continuer : il ne sera plus affiché.
password-suggest = Me proposer un mot de passe
password-show = Afficher
password-hide = Masquer

pick-several = Plusieurs collectivités correspondent. Choisissez la vôtre.
pick-many = Beaucoup de collectivités correspondent. Choisissez la vôtre, ou tapez son code postal.
pick-nearly = Aucune collectivité n’a exactement ce nom. Choisissez la vôtre parmi les noms proches.
pick-ended = Cette collectivité n’existe plus. Choisissez celle qui l’a remplacée.
pick-ended-none = Cette collectivité n’existe plus, et n’a pas de successeur connu.

problem-title = Erreur : { $name }
problem-summary =
    { $count ->
        [one] Une information est à corriger :
       *[other] { $shown } informations sont à corriger :
    }
problem-required = À remplir.
problem-email = Cette adresse n’est pas complète. Elle s’écrit comme nom@exemple.fr.
problem-code = Ces chiffres ne sont pas les bons. Vérifiez le dernier message reçu.
problem-code-no-tries = Trop d’essais. Ouvrez le lien du message, ou redemandez un message.
problem-passkey = Cette clé d’accès n’a pas été reconnue. Réessayez, ou utilisez un autre moyen.
problem-current-password = Ce n’est pas votre mot de passe actuel.
problem-collectivite = Aucune collectivité ne correspond. Vérifiez l’orthographe, ou tapez le code postal.
problem-collectivite-ended = Cette collectivité n’existe plus. Choisissez celle qui l’a remplacée.
problem-password-short = Il faut 15 caractères ou plus. Le plus simple : quatre mots sans rapport entre eux.
problem-password-long = Ce mot de passe est trop long : 256 caractères au plus.
problem-password-weak = Ce mot de passe serait trop facile à deviner. Ajoutez des lettres ou un mot.
problem-password-common = Ce mot de passe est connu : il serait trop facile à deviner. Choisissez-en un autre.
problem-password-context = Ce mot de passe contient le nom de votre commune, votre nom ou votre adresse : il serait trop facile à deviner. Choisissez-en un autre.
problem-too-long = Ce texte est trop long.
problem-not-text = Ce texte contient des caractères qui ne s’affichent pas. Retapez-le.
problem-until-day = Cette date ne convient pas. Choisissez un jour à venir.
problem-role = Choisissez un rôle.
problem-other = Cette information ne convient pas.

sign-up-title = Créer mon compte
sign-up-intro = Ce compte sert à mettre à jour la page de votre collectivité. Comptez 5 minutes.
sign-up-button = Créer mon compte
sign-up-missing = Ma collectivité n’est pas dans la liste
sign-up-known = J’ai déjà un compte
email-meant = Vouliez-vous écrire { $name } ?
email-fix = Oui, corriger
email-keep = Non, garder

mailbox-title = Consultez votre messagerie
mailbox-sent = Un message est parti à { $time } vers { $address }. Recopiez ici les 6 chiffres, ou ouvrez le lien du message.
mailbox-nothing = Rien reçu après 10 minutes ? Regardez dans les courriers indésirables. Vous pouvez redemander un message : les précédents restent utilisables.
mailbox-resend = Renvoyer le message
mailbox-correct = Corriger l’adresse
mailbox-correct-button = Corriger l’adresse et renvoyer
mailbox-tries =
    { $count ->
        [one] Il reste 1 essai.
       *[other] Il reste { $shown } essais.
    }
mailbox-no-tries = Les essais sont épuisés. Ouvrez le lien du message : il fonctionne toujours. Ou redemandez un message.

recovery-title = Identifiant ou mot de passe oublié
recovery-intro = Votre identifiant est votre adresse électronique. Indiquez-la : vous recevrez un message pour choisir un nouveau mot de passe.
recovery-button = Recevoir un message
recovery-unknown = Je ne sais plus quelle adresse j’ai utilisée
recovery-sent = Si un compte existe avec l’adresse { $address }, un message vient d’y être envoyé ({ $time }). Il sert pendant une heure.
recovery-signed-in = Vous êtes connecté avec le compte de { $name }. Vous pouvez continuer, ou vous déconnecter d’abord.
recovery-signed-in-account = Aller à mon compte
address-recovery-title = Retrouver mon adresse
address-recovery-intro = Indiquez votre collectivité. Chaque personne qui a un compte pour elle recevra un message à sa propre adresse.
address-recovery-sent = Chaque personne qui a un compte pour cette collectivité vient de recevoir un message à sa propre adresse ({ $time }). Ouvrez le lien du vôtre : il sert pendant une heure.
password-title = Choisir un nouveau mot de passe
password-recovery = Vous choisissez le mot de passe du compte { $address }. Vous serez déconnecté partout.
password-sign-up-title = Choisir votre mot de passe
password-sign-up = Votre adresse { $address } est vérifiée. Ce navigateur n’est pas celui de l’inscription : par sécurité, choisissez votre mot de passe ici.
password-button = Enregistrer le mot de passe

link-recovery-title = Choisir un nouveau mot de passe
link-recovery = Vous avez demandé à choisir un nouveau mot de passe.
link-sign-up-title = Vérifier votre adresse
link-sign-up = Vous créez un compte pour { $collectivite }.
link-sign-up-button = Vérifier mon adresse
link-email-title = Confirmer votre nouvelle adresse
link-email = Cette adresse deviendra celle de votre compte.
link-email-button = Confirmer l’adresse
link-undo-title = Reprendre l’ancienne adresse
link-undo = L’adresse de votre compte a été changée. Si ce n’était pas vous, reprenez l’ancienne adresse, puis choisissez un nouveau mot de passe.
link-undo-button = Reprendre l’ancienne adresse
link-signed-in = Ce navigateur est connecté avec le compte de { $name }. Vous pouvez continuer, ou vous déconnecter d’abord.
link-dead-title = Ce lien ne sert plus
link-dead = Il a déjà servi, ou il est trop ancien.
link-dead-what = Si vous avez déjà terminé, connectez-vous. Sinon, redemandez un message.
link-dead-recover = Redemander un message

sign-in-title = Se connecter
sign-in-button = Se connecter
sign-in-forgotten = Identifiant ou mot de passe oublié
sign-in-create = Créer mon compte
sign-in-wrong = L’adresse ou le mot de passe ne convient pas. Vérifiez les deux.
passkey-sign-in = Me connecter avec une clé d’accès
passkey-title = Votre clé d’accès
passkey-get = Votre appareil va vous demander votre empreinte, votre visage ou son code.
passkey-get-button = Utiliser ma clé d’accès
passkey-password = Me connecter avec mon mot de passe
passkey-code = Utiliser un code
passkey-without = Les clés d’accès demandent un navigateur récent, avec JavaScript. Sans cela, utilisez votre mot de passe et, s’il est demandé, un code.
passkey-cancelled = Rien n’a été fait : la demande a été annulée. Vous pouvez réessayer.
passkey-late = Rien n’a été fait : le temps est écoulé. Recommencez.
passkey-known = Cet appareil a déjà une clé d’accès pour votre compte.
passkey-unsupported = Ce navigateur ou cet appareil ne permet pas d’utiliser une clé d’accès ici. Utilisez un autre moyen.
passkey-failed = La clé d’accès n’a pas répondu. Réessayez, ou utilisez un autre moyen.
step-title = Deuxième étape
step-intro = Ouvrez votre application d’authentification et recopiez le code affiché.
step-code = Code de l’application
step-code-hint = Sans votre téléphone : un de vos codes de secours.
step-code-wrong = Ce code n’est pas le bon, ou il a déjà servi. Recopiez celui que l’application affiche maintenant.
step-passkey = Le plus simple : votre clé d’accès.
step-other = Sans clé d’accès
step-recovery = Tapez un de vos codes de secours.
step-recovery-code = Code de secours
step-anew = Reprendre la connexion du début
sign-out = Me déconnecter
sign-out-text = Vous allez être déconnecté sur ce navigateur.
already-signed-in = Vous êtes déjà connecté avec le compte de { $name }.
already-continue = Continuer vers mon espace
draft-filled = Nous avons remis ce que vous aviez écrit. Relisez, puis enregistrez.

account-title = Mon compte
account-profile = Qui vous êtes
account-email = Adresse électronique
account-email-now = Votre adresse est { $name }.
account-email-change = Changer d’adresse
account-email-new = Nouvelle adresse électronique
account-email-button = Recevoir un message à la nouvelle adresse
account-password-change = Changer de mot de passe
account-password-button = Changer le mot de passe
account-second-factor = Deuxième étape à la connexion
account-second-factor-on = Elle est active : votre clé d’accès ou un code est demandé après votre mot de passe.
account-second-factor-off = Elle n’est pas active. Elle protège votre compte même si quelqu’un connaît votre mot de passe.
account-second-factor-manage = Gérer la deuxième étape
account-passkeys = Une clé d’accès vous connecte sans mot de passe, avec votre empreinte, votre visage ou le code de votre appareil.
account-passkeys-manage = Gérer mes clés d’accès
account-sessions = Où vous êtes connecté
account-sessions-text = Si vous ne reconnaissez pas une ligne, déconnectez-la et changez de mot de passe.
account-session-unknown = Navigateur inconnu
account-session-began = Connecté depuis
account-session-seen = Dernière activité
account-session-present = Ce navigateur
account-session-end = Déconnecter
account-end-others = Déconnecter partout ailleurs

second-factor-title = Deuxième étape à la connexion
second-factor-missing = Votre rôle demande une deuxième étape à la connexion. Mettez-la en place pour continuer.
second-factor-passkey = Le plus simple : une clé d’accès. Sinon, mettez en place une application d’authentification.
second-factor-off = Il vous faut une application d’authentification sur votre téléphone, par exemple FreeOTP.
second-factor-on = Votre application d’authentification est active. Vous pouvez l’enlever, sauf si votre rôle demande une deuxième étape et que vous n’avez pas de clé d’accès.
second-factor-why-password = Pour votre sécurité, tapez d’abord votre mot de passe.
second-factor-start = Mettre en place
second-factor-remove = Enlever l’application
second-factor-scan = Avec l’application, photographiez ce carré noir et blanc.
second-factor-picture = Carré à photographier avec l’application d’authentification ; le texte ci-dessous dit la même chose.
second-factor-type = Ou tapez ce texte dans l’application :
second-factor-then = Puis recopiez ici le code que l’application affiche.
second-factor-confirm = Activer la deuxième étape
second-factor-done-title = La deuxième étape est active
second-factor-done = Voici dix codes de secours. Chacun sert une fois, si vous n’avez pas votre téléphone.
second-factor-keep = Imprimez-les ou notez-les maintenant : ils ne seront plus affichés.
second-factor-done-on = J’ai noté mes codes, continuer

passkeys-title = Vos clés d’accès
passkeys-intro = Une clé d’accès reste dans votre appareil. Elle vous connecte sans mot de passe, et sert de deuxième étape.
passkeys-turns-on = Dès que vous en avez une, une deuxième étape est demandée après votre mot de passe. Vous recevrez dix codes de secours.
passkeys-add = Ajouter une clé d’accès
passkeys-create = Votre appareil va vous demander votre empreinte, votre visage ou son code pour créer la clé « { $name } ».
passkeys-create-button = Créer la clé d’accès
passkeys-without = Ajouter une clé d’accès demande un navigateur récent, avec JavaScript. Sans cela, utilisez une application d’authentification.
passkeys-added = Ajoutée
passkeys-used = Dernière utilisation
passkeys-unused = jamais
passkeys-remove = Enlever cette clé

missing-title = Ma collectivité n’est pas dans la liste
missing-intro = Dites-nous laquelle manque. Vous recevrez un numéro, puis une réponse par courriel.
missing-place-hint = Pour la distinguer d’une autre du même nom.
missing-email-hint = Pour la réponse.
missing-message-hint = Par exemple : nouvelle commune depuis le 1er janvier.
missing-button = Envoyer
missing-done-title = Votre demande est enregistrée
missing-done = Votre numéro est { $name }. Notez-le : il sert si vous nous appelez.
missing-done-what = Nous vérifions dans les registres officiels, puis nous vous répondons par courriel.

note-signed-out = Vous êtes déconnecté.
note-session-ended = Vous étiez resté longtemps sans activité : connectez-vous à nouveau.
note-draft-kept = Votre connexion avait pris fin. Votre texte est gardé : connectez-vous, vous le retrouverez.
note-password-chosen = Votre mot de passe est enregistré. Connectez-vous.
note-account-made = Votre adresse est vérifiée et votre compte est créé.
note-mail-sent-again = Un nouveau message est parti.
note-address-corrected = L’adresse est corrigée, et un message y est parti.
note-profile-changed = C’est enregistré.
note-password-changed = Votre mot de passe est changé. Les autres navigateurs sont déconnectés.
note-email-changed = Votre nouvelle adresse est confirmée.
note-email-restored = L’ancienne adresse est rétablie. Choisissez maintenant un nouveau mot de passe.
note-session-closed = Ce navigateur est déconnecté.
note-sessions-closed = Les autres navigateurs sont déconnectés.
note-second-factor-removed = L’application d’authentification est enlevée.
note-passkey-added = La clé d’accès est ajoutée.
note-passkey-removed = La clé d’accès est enlevée.
note-flow-over = Cette démarche est terminée, ou trop ancienne. Vous pouvez la recommencer ci-dessous.

again-button = Réessayer
again-back = Revenir à la page
again-kept = Votre texte est gardé sur cette page : ne la fermez pas.
again-failed-title = Le service n’a pas pu enregistrer
again-failed = Cela ne vient pas de vous. Réessayez dans une minute.
again-outdated-title = Cette page était ouverte depuis trop longtemps
again-outdated = Rien n’est perdu. Vérifiez votre texte, puis réessayez.
again-signed-out-title = Vous n’êtes plus connecté
again-signed-out = Ouvrez un autre onglet, connectez-vous, puis revenez ici et réessayez.
again-foreign-title = Ce formulaire ne vient pas de ce site
again-foreign = Par sécurité, rien n’a été enregistré. Ouvrez la page depuis l’Atlas et recommencez.
again-stale-title = Cette page a changé entre-temps
again-stale = Quelqu’un d’autre a enregistré pendant que vous écriviez. Revenez à la page et recommencez.
again-forbidden-title = Vous n’avez pas accès à cela
again-forbidden = Votre rôle ne permet pas cette action. Un administrateur de l’équipe peut le changer.
again-invited-another = Cette invitation est pour une autre adresse que la vôtre.
again-impossible-title = Ce n’est pas possible maintenant
again-impossible = La situation a changé depuis que la page est ouverte. Revenez à la page.
again-already-member = Cette personne fait déjà partie de l’équipe.
again-already-asked = Votre demande est déjà partie. Vous recevrez la réponse par courriel.
again-too-many-requests = Vous avez déjà cinq demandes sans réponse. Attendez une réponse, ou retirez une demande.
again-too-many-invitations = Vingt invitations attendent déjà une réponse. Retirez-en une pour en envoyer d’autres.
again-last-administrator = C’est le dernier administrateur de l’équipe. Donnez d’abord ce rôle à quelqu’un d’autre.
again-request-decided = Quelqu’un a déjà répondu à cette demande.
again-report-answered = Quelqu’un a déjà répondu à ce signalement.
again-collectivite-ended = Cette collectivité n’existe plus.
again-second-factor-required = Votre rôle demande une deuxième étape à la connexion. Mettez-la en place dans votre compte.
again-too-many-passkeys = Vous avez déjà dix clés d’accès. Enlevez-en une pour en ajouter une autre.
again-message-not-ended = Ce courriel est encore en route.
again-message-outdated = Ce que dit ce courriel n’est plus vrai : il ne sera pas renvoyé.
again-too-often-title = Trop d’essais
again-too-often = Par sécurité, attendez { $wait } avant de réessayer.
again-overloaded = Beaucoup de personnes se connectent en ce moment. Réessayez dans { $wait }.
again-too-many-messages = Cette adresse a reçu tous les courriels permis pour aujourd’hui. Réessayez dans { $wait }.
