# Words of those who act for a collectivité or a State office, in French: joining, team, requests, journal, mails, codes.

field-delegate-of = Pour une association ou un comité de jumelage
field-replaces = Collègue remplacé
field-role = Rôle
field-from-day = À partir du
field-until-day = Jusqu’au
field-reason = Motif
field-answer = Réponse
field-query = Rechercher une personne
field-actor = Qui
field-action = Action
field-subject = Sur quoi
field-scope = Pour quelle collectivité ou quel service
field-since = Depuis le
field-until = Jusqu’au (compris)
field-state = Où en est le courriel
field-recipient = Destinataire
field-collectivites = Ou seulement ces collectivités
field-office = Service

role-reader = Lecture
role-reader-about = Voit ce qui n’est pas public, ne change rien.
role-editor = Rédaction
role-editor-about = Met à jour la page.
role-certifier = Confirmation
role-certifier-about = Met à jour la page et confirme la mise à jour annuelle.
role-admin = Administration
role-admin-about = Peut tout faire, et décide qui fait partie de l’équipe.

space-title = Mon espace
space-hello = Bonjour { $name }.
space-none = Vous n’agissez encore pour aucune collectivité. Indiquez la vôtre ci-dessous.
space-offices = Services de l’État
space-collectivites = Mes collectivités
space-requests = Mes demandes
space-join = Agir pour une collectivité
space-join-button = Continuer
space-leave = Quitter cette équipe
space-leave-button = Quitter l’équipe de { $name }
space-of = Espace de { $name }
space-role = Votre rôle pour { $name } : { $role }.
space-as-agents = Vous voyez cet espace comme ses agents, en lecture seule, au titre de : { $name }. Cette consultation est inscrite au journal.
office-region = SGAR { $name }
office-department = Préfecture { $name }
office-country = Ambassade { $name }
office-national = Ministère (DAECT)
office-operator = Exploitation de l’Atlas
office-for = Vous agissez au titre de : { $name }.
office-waiting =
    { $count ->
        [0] Aucune demande n’attend de réponse.
        [one] 1 demande attend une réponse.
       *[other] { $shown } demandes attendent une réponse.
    }
office-see = Voir comme une collectivité
office-see-text = Vous verrez son espace comme ses agents, en lecture seule. Votre consultation sera inscrite au journal.
office-see-button = Voir son espace

join-title = Dernière étape : prouver que vous travaillez pour { $name }
join-ended = { $name } n’existe plus.
join-successor = Continuer avec la collectivité qui l’a remplacée
join-official = Recevoir un code à l’adresse officielle de la mairie { $name }
join-official-again = Renvoyer le code
join-code-sent = Un code est parti le { $time } vers l’adresse officielle { $address }. Demandez-le à la personne qui lit cette messagerie.
join-code = Code reçu
join-paper = J’ai un code reçu par courrier ou de la préfecture
join-ask = Aucun de ces moyens : demander à la préfecture
join-ask-team = Aucun de ces moyens : demander à l’équipe déjà en place
join-ask-button = Envoyer la demande
join-message-hint = Facultatif. Dites ce qui aide à vous reconnaître, ou quel collègue vous remplacez.
join-delegate-hint = Facultatif. Son nom, si vous n’êtes pas agent de la collectivité.
join-withdraw = Retirer ma demande
join-faster = Pour aller plus vite
waiting-administrators = Demande envoyée le { $sent } à l’équipe de { $collectivite }. Sans réponse le { $next }, elle passera à la préfecture de région { $region }. En attendant, vous pouvez tout préparer : rien ne sera publié avant l’accord.
waiting-region = Demande envoyée le { $sent } à la préfecture de région { $region }. Sans réponse le { $next }, elle passera au ministère. En attendant, vous pouvez tout préparer : rien ne sera publié avant l’accord.
waiting-ministry = Demande envoyée le { $sent }. Le ministère l’examine. En attendant, vous pouvez tout préparer : rien ne sera publié avant l’accord.
label-collectivite = Collectivité
label-message = Message
request-open = Attend une réponse
request-accepted = Acceptée
request-refused = Refusée
request-withdrawn = Retirée
request-where = Suite
request-replaces = Remplace

invitation-title = Invitation : { $name }
invitation-by = Invité par
invitation-to = Pour l’adresse
invitation-sent = Envoyée le
invitation-expires = Valable jusqu’au
invitation-accept = Accepter l’invitation
invitation-another = Vous êtes connecté avec { $mine }, mais l’invitation est pour { $theirs }. Déconnectez-vous, puis ouvrez à nouveau le lien.
invitation-sign-in = Connectez-vous avec cette adresse pour accepter.
invitation-sign-up = Créez d’abord un compte avec cette adresse. L’invitation vous attendra.
invitation-withdraw = Retirer l’invitation

team-title = Équipe
team-of = Équipe de { $name }
team-intro = Ce que chacun a saisi reste à la collectivité, même quand il part.
team-empty = Personne ne fait encore partie de l’équipe.
team-members =
    { $count ->
        [one] 1 personne
       *[other] { $shown } personnes
    }
team-invitations = Invitations sans réponse
team-invite = Inviter quelqu’un
team-invite-text = La personne reçoit un message avec un lien, valable sept jours et pour elle seule.
team-invite-button = Envoyer l’invitation
from-day-hint = Facultatif. Vide : dès que la personne accepte.
until-day-hint = Facultatif. Dernier jour compris.
delegate-hint = Facultatif. Son nom ; indiquez alors une date de fin, dans les deux ans.
member-seen = Dernière connexion
member-never-seen = jamais
member-problem = À savoir
member-bounced = Un message envoyé à cette adresse est revenu.
member-delegate = Agit pour
member-until = Jusqu’au
member-change = Changer le rôle ou les dates de { $name }
member-end = Un départ ? Retirer de l’équipe
member-end-button = Retirer { $name } de l’équipe

requests-title = Demandes à examiner
requests-decided-title = Demandes examinées
requests-open = Voir les demandes à examiner
requests-decided = Voir les demandes examinées depuis 90 jours
requests-none-decided = Aucune demande examinée depuis 90 jours.
request-accept = Accepter
request-accept-button = Accepter avec ce rôle
request-refuse = Refuser
request-refuse-button = Refuser la demande
request-reason-hint = La personne lira ce motif.

teams-title = Équipes des services de l’État
accounts-title = Comptes
accounts-hint = Début de l’adresse ou du nom, ou SIREN de la collectivité
accounts-found =
    { $count ->
        [one] 1 compte
       *[other] { $shown } comptes
    }
accounts-none = Aucun compte ne correspond.
accounts-rights = Agit pour
accounts-recover = Aider à se reconnecter
accounts-recover-button = Envoyer un message à { $name }
accounts-disable = Fermer l’accès
accounts-disable-button = Fermer l’accès maintenant
accounts-disabled = Accès fermé
accounts-enable = Rouvrir l’accès
accounts-enable-button = Rouvrir l’accès
accounts-reason-hint = Inscrit au journal.

codes-title = Codes de la circulaire
codes-intro = Un code par collectivité, à imprimer dans sa lettre. Il permet de rejoindre l’équipe.
codes-warning = Les codes faits auparavant pour ces collectivités ne serviront plus. Le fichier n’est gardé nulle part : enregistrez-le.
codes-department = Toutes les collectivités du département
codes-choose = Choisir un département
codes-list-hint = Leurs SIREN, un par ligne.
codes-until-hint = Les codes servent jusqu’à la fin de ce jour, dans un an au plus.
codes-button = Faire les codes et télécharger le fichier
codes-none = Choisissez un département, ou indiquez des SIREN.
codes-too-many = Plus de 1 000 collectivités : indiquez-les par SIREN, en plusieurs fois.
codes-column-id = Identifiant
codes-column-code = Code

missing-list-title = Collectivités signalées absentes
missing-list-none = Aucun signalement.
missing-list-open = Voir ce qui attend une réponse
missing-list-all = Voir aussi ce qui a reçu une réponse
missing-receipt = Numéro
missing-answer = Répondre
missing-answer-button = Envoyer la réponse
missing-answer-hint = La personne la reçoit par courriel.

journal-title = Journal
journal-intro = Qui a fait quoi, et quand. Rien ne peut y être effacé.
journal-caption = Lignes du journal, les plus récentes d’abord
journal-none = Aucune ligne ne correspond.
journal-when = Quand
journal-about = Quoi
journal-network = Réseau
journal-verify = Vérifier le journal
journal-verify-text = Chaque ligne est liée à la précédente. La vérification recalcule ces liens.
journal-verify-button = Vérifier
messages-title = Courriels envoyés
messages-intro = Pour aider quelqu’un qui n’a rien reçu.
messages-none = Aucun courriel.
messages-all = Tous
messages-to = Vers
messages-queued = Demandé le
messages-accepted = Remis à la messagerie le
messages-next = Prochain essai
messages-reply = Réponse de la messagerie
messages-unnamed = Courriel « { $name } »
messages-bounced = Revenu
messages-resend = Renvoyer
messages-state-queued = Attend son tour
messages-state-sending = Part
messages-state-accepted = Remis
messages-state-deferred = Reporté
messages-state-refused = Refusé
messages-state-expired = Trop tard
messages-state-cancelled = Annulé

note-joined = Vous faites partie de l’équipe.
note-official-code-sent = Un code est parti à l’adresse officielle.
note-request-sent = Votre demande est partie.
note-request-withdrawn = Votre demande est retirée.
note-left = Vous avez quitté l’équipe.
note-invited = L’invitation est partie.
note-invitation-withdrawn = L’invitation est retirée : son lien ne sert plus.
note-member-changed = C’est enregistré, et valable partout dans les cinq secondes.
note-member-ended = La personne ne fait plus partie de l’équipe. Ce qu’elle a saisi reste.
note-accepted = La demande est acceptée. La personne est prévenue.
note-refused = La demande est refusée. La personne reçoit le motif.
note-answered = La réponse est partie.
note-recovery-sent = Un message est parti pour choisir un nouveau mot de passe.
note-account-disabled = L’accès est fermé partout dans les cinq secondes.
note-account-enabled = L’accès est rouvert.
note-message-resent = Le courriel repart.
note-chain-holds = { $checked } lignes vérifiées : rien n’a été changé ni enlevé.
note-chain-more = { $checked } lignes vérifiées : rien n’a été changé ni enlevé. Il en reste à partir de la ligne { $next }.
note-chain-broken = La ligne { $broken } ne suit pas la précédente : prévenez l’exploitation. { $checked } lignes vérifiées.
