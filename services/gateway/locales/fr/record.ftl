# Words of what collectivités do abroad, in French. Plain administrative French; one idea per sentence.

count-actions =
    { $count ->
        [0] aucune action en cours
        [one] 1 action en cours
       *[other] { $shown } actions en cours
    }
count-countries =
    { $count ->
        [one] 1 pays
       *[other] { $shown } pays
    }
count-collectivites =
    { $count ->
        [one] 1 collectivité
       *[other] { $shown } collectivités
    }
count-partners =
    { $count ->
        [one] 1 partenaire
       *[other] { $shown } partenaires
    }
count-projects =
    { $count ->
        [0] aucun projet
        [one] 1 projet
       *[other] { $shown } projets
    }
count-more =
    { $count ->
        [one] et 1 autre
       *[other] et { $shown } autres
    }
figure-engaged =
    { $count ->
        [one] collectivité engagée
       *[other] collectivités engagées
    }
figure-partners =
    { $count ->
        [one] collectivité partenaire
       *[other] collectivités partenaires
    }
figure-countries =
    { $count ->
        [one] pays
       *[other] pays
    }
figure-actions =
    { $count ->
        [one] action en cours
       *[other] actions en cours
    }
figure-twinnings =
    { $count ->
        [one] jumelage
       *[other] jumelages
    }
figure-projects =
    { $count ->
        [one] projet
       *[other] projets
    }
money = { $name } €

actions-title = Action extérieure
actions-line = Action extérieure : { $name }
actions-none = Aucune action extérieure n’est encore enregistrée pour cette collectivité.
actions-ended =
    { $count ->
        [one] 1 action terminée
       *[other] { $shown } actions terminées
    }
action-convention = avec convention
action-no-convention = sans convention
action-twinning = jumelage
action-oudin-santini = 1 % eau, déchets ou énergie (loi Oudin-Santini)
action-since = depuis { $name }
action-since-unknown = année de début inconnue
action-active = en cours
action-dormant = en sommeil
action-suspended = suspendue
action-suspended-year = suspendue depuis { $name }
action-suspended-day = suspendue depuis le { $name }
action-ended = terminée
action-ended-year = terminée en { $name }
action-ended-day = terminée le { $name }
action-with = Avec
action-verified = dernière vérification le { $name }
action-to-confirm = À confirmer
action-to-confirm-text = « À confirmer » : l’information vient d’une source ancienne ou incertaine. La collectivité ne l’a pas encore vérifiée.
action-sources = Sources :
source-wikipedia = Wikipédia (CC BY-SA 4.0)

level-municipality = Commune étrangère
level-grouping = Groupement ou métropole
level-district = Collectivité de niveau intermédiaire
level-region = Région, province ou État fédéré
level-other = Collectivité étrangère

partner-who = Qui y travaille
partner-who-none = Aucune collectivité française n’a encore indiqué travailler avec ce partenaire.
partner-who-ended = Aucune collectivité française ne travaille plus avec ce partenaire.
fact-country = Pays
fact-division = Région, province ou État
fact-place = Lieu
fact-names =
    { $count ->
        [one] Autre nom
       *[other] Autres noms
    }

country-partners = Collectivités partenaires
country-none = Aucune collectivité partenaire n’est encore enregistrée dans ce pays.
country-no-division = Division non précisée
country-themes = Thèmes des projets
continent-africa = Afrique
continent-north-america = Amérique du Nord
continent-south-america = Amérique du Sud
continent-antarctica = Antarctique
continent-asia = Asie
continent-europe = Europe
continent-oceania = Océanie

projects-title = Projets
project-fiche = Fiche du projet
project-planned = prévu
project-ongoing = en cours
project-completed = terminé
project-suspended = suspendu
project-abandoned = abandonné
project-first-signed = Année de première signature de la convention
project-theme = Thème
project-other-themes = Autres thèmes
project-priority = Priorité
project-partnership-began = Année de début du partenariat
project-partnership-is = L’action extérieure est
project-partnership-ended = Fin du partenariat
project-starts = Début du projet
project-ends = Fin du projet
project-number = Numéro dans l’ancien Atlas
project-goals = Objectifs de développement durable
project-context = Contexte
project-history = Historique
project-budget = Budget
project-year = Année
project-source = Financeur
project-amount = Montant
project-links = Liens
project-who = Collectivités françaises
project-operators = Qui le réalise

theme-retired = Ce thème n’est plus proposé. Les projets qui le portent le gardent.
theme-below = Thèmes plus précis
theme-none = Aucun projet n’est encore enregistré ici.
goal-title = Objectif { $number } : { $name }
goal-1 = Pas de pauvreté
goal-2 = Faim « zéro »
goal-3 = Bonne santé et bien-être
goal-4 = Éducation de qualité
goal-5 = Égalité entre les sexes
goal-6 = Eau propre et assainissement
goal-7 = Énergie propre et d’un coût abordable
goal-8 = Travail décent et croissance économique
goal-9 = Industrie, innovation et infrastructure
goal-10 = Inégalités réduites
goal-11 = Villes et communautés durables
goal-12 = Consommation et production responsables
goal-13 = Lutte contre les changements climatiques
goal-14 = Vie aquatique
goal-15 = Vie terrestre
goal-16 = Paix, justice et institutions efficaces
goal-17 = Partenariats pour la réalisation des objectifs

search-country = Pays
search-kinds = Que cherchez-vous ?
search-collectivites = Collectivités
search-partners = Partenaires étrangers
search-projects = Projets
search-found-partners =
    { $count ->
        [one] 1 partenaire trouvé
       *[other] { $shown } partenaires trouvés
    }
search-found-projects =
    { $count ->
        [one] 1 projet trouvé
       *[other] { $shown } projets trouvés
    }
search-none-partner = Aucun partenaire ne correspond à « { $name } »
search-none-project = Aucun projet ne correspond à « { $name } »
search-all-partners =
    { $count ->
        [one] Voir le partenaire trouvé
       *[other] Voir les { $shown } partenaires trouvés
    }
search-all-projects =
    { $count ->
        [one] Voir le projet trouvé
       *[other] Voir les { $shown } projets trouvés
    }

sitemap-countries = Pays
sitemap-themes = Thèmes
sitemap-goals = Objectifs de développement durable
