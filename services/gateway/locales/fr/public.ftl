# Words of the public pages, in French. Plain administrative French; one idea per sentence.

site-name = Atlas de la coopération décentralisée
site-tagline = L’action extérieure des collectivités territoriales françaises
skip-content = Aller au contenu
skip-search = Aller à la recherche
skip-footer = Aller au pied de page
skip-label = Accès rapide
nav-label = Menu principal
nav-home = Accueil
nav-search = Rechercher une collectivité
nav-sitemap = Plan du site
nav-accessibility = Accessibilité : non conforme
nav-privacy = Données personnelles
nav-other-language = English
nav-other-language-title = Read this page in English
footer-label = Pied de page
footer-sources = Sources : INSEE, DGCL, IGN, DILA, La Poste, OFGL (Licence Ouverte 2.0, 2026) ; GeoNames (CC BY 4.0).
breadcrumb-label = Vous êtes ici :
old-data = Ces informations datent du { $name }. Elles seront mises à jour dès que possible. Les personnes à contacter ne sont pas affichées en attendant.
date = { $day } { $month } { $year }
date-first = 1er
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

search-label = Rechercher une collectivité
search-hint = Nom, code postal, code INSEE ou SIREN ; ou nom d’un partenaire, d’un pays, d’un projet
search-button = Rechercher
search-title = Rechercher une collectivité
search-title-for = Recherche : { $name }
search-found =
    { $count ->
        [one] 1 collectivité trouvée
       *[other] { $shown } collectivités trouvées
    }
search-none = Aucune collectivité ne correspond à « { $name } »
search-none-help = Vérifiez l’orthographe. Essayez le code postal, ou seulement le début du nom.
search-nearly = Noms proches
search-empty = Tapez un nom, un code postal, un code INSEE ou un SIREN.

home-title = Trouver une collectivité
home-intro = L’Atlas présente les communes, groupements, départements et régions de France. Cherchez une collectivité, ou partez de sa région.
home-figures = L’Atlas en chiffres
figure-communes =
    { $count ->
        [one] commune
       *[other] communes
    }
figure-groupings =
    { $count ->
        [one] groupement de communes
       *[other] groupements de communes
    }
figure-councils =
    { $count ->
        [one] département, région ou collectivité d’outre-mer
       *[other] départements, régions et collectivités d’outre-mer
    }
figure-cards =
    { $count ->
        [one] collectivité a indiqué comment la joindre
       *[other] collectivités ont indiqué comment les joindre
    }
home-regions = Par région

count-communes =
    { $count ->
        [0] aucune commune
        [one] 1 commune
       *[other] { $shown } communes
    }
count-groupings =
    { $count ->
        [0] aucun groupement
        [one] 1 groupement
       *[other] { $shown } groupements
    }

region-title = Région { $name }
region-departments = Départements
region-own = Institutions de la région
table-territory = Territoire
table-communes = Communes
table-groupings = Groupements
department-title = Département : { $name }
department-institutions = Institutions et groupements
department-communes = Communes
pages-label = Pages
page-previous = Page précédente
page-next = Page suivante
page-number = Page { $name }

kind-commune = Commune
kind-departement = Département
kind-region = Région
kind-communaute-communes = Communauté de communes
kind-communaute-agglomeration = Communauté d’agglomération
kind-communaute-urbaine = Communauté urbaine
kind-metropole = Métropole
kind-metropole-lyon = Métropole de Lyon
kind-ept = Établissement public territorial
kind-collectivite-unique = Collectivité territoriale unique
kind-collectivite-europeenne = Collectivité européenne
kind-outre-mer = Collectivité d’outre-mer
kind-other = Collectivité

collectivite-ended = Cette collectivité n’existe plus.
collectivite-ended-none = Elle n’a pas de successeur connu dans l’Atlas.
collectivite-successors = Elle a été remplacée par :
collectivite-predecessors = Elle remplace :
collectivite-since = depuis le { $name }
collectivite-until = jusqu’au { $name }
collectivite-demo = Donnée de démonstration
demo-banner = Données de démonstration : ce qui est dit ici des partenariats, des projets et des personnes est inventé.
collectivite-identity = Carte d’identité
fact-kind = Type
fact-department = Département
fact-region = Région
fact-epci = Groupement
fact-population = Population
fact-population-value =
    { $count ->
        [one] 1 habitant
       *[other] { $shown } habitants
    }
fact-postal-codes =
    { $count ->
        [one] Code postal
       *[other] Codes postaux
    }
fact-insee = Code INSEE
fact-siren = SIREN
card-title = Joindre la collectivité
card-none = Cette collectivité n’a pas encore indiqué comment la joindre pour son action extérieure.
card-website = Site
card-email = Adresse électronique
card-telephone = Téléphone
card-service = Service chargé de l’action extérieure
contacts-title = Personnes à contacter
contacts-elected = Élu ou élue
contacts-officer = Agent
contact-write = Écrire à { $name }
networks-title = Associations et réseaux
network-member = adhérente
network-uses = y fait appel
network-member-uses = adhérente, y fait appel
members-title =
    { $count ->
        [one] 1 commune membre
       *[other] { $shown } communes membres
    }

sitemap-title = Plan du site
sitemap-pages = Pages
sitemap-territories = Régions et départements

accessibility-title = Accessibilité
accessibility-state = L’Atlas n’a pas encore été contrôlé par un auditeur. Il est donc déclaré « non conforme » au référentiel général d’amélioration de l’accessibilité (RGAA), comme la loi le demande dans ce cas.
accessibility-done = Ce qui est fait
accessibility-done-keyboard = Toutes les pages s’utilisent au clavier, sans script, et à 320 pixels de large.
accessibility-done-checks = Chaque type de page est vérifié automatiquement à chaque changement, en français et en anglais.
accessibility-rights = Vos droits
accessibility-rights-text = Si vous ne pouvez pas accéder à une information, vous pouvez saisir le Défenseur des droits :
accessibility-rights-link = defenseurdesdroits.fr

privacy-title = Données personnelles
privacy-cookies = Cookies
privacy-cookies-text = Les pages publiques de l’Atlas ne lisent et ne déposent aucun cookie, et ne mesurent pas l’audience.
privacy-addresses = Adresses de connexion
privacy-addresses-text = L’adresse IP sert à limiter les abus. Sur les pages publiques, elle reste en mémoire quelques secondes et n’est pas enregistrée.
privacy-contacts = Élus et agents
privacy-contacts-text = L’Atlas affiche le nom et la fonction des élus et agents chargés de l’action extérieure quand leur collectivité les a indiqués et rendus publics. Le prénom et l’adresse électronique ne sont affichés que si la collectivité l’a choisi. Une personne retirée disparaît aussitôt.

error-404-title = Page introuvable
error-404 = Cette page n’existe pas ou plus.
error-405-title = Action impossible
error-405 = Cette adresse ne permet pas cette action.
error-400-title = Demande illisible
error-400 = L’adresse ou la demande contient une erreur. Vérifiez l’adresse, ou partez de l’accueil.
error-413-title = Envoi trop volumineux
error-413 = Ce que vous avez envoyé est trop volumineux.
error-421-title = Mauvaise adresse
error-421 = Ce serveur ne répond pas à ce nom. Vérifiez l’adresse du site.
error-429-title = Trop de demandes
error-429 = Trop de pages ont été demandées en peu de temps depuis votre adresse. Attendez quelques secondes, puis réessayez.
error-500-title = Le service n’a pas pu répondre
error-500 = Cela ne vient pas de vous. Réessayez dans une minute.
error-503-title = L’Atlas démarre
error-503 = Les pages seront là dans quelques instants. Réessayez dans une minute.
error-reference = Si cela continue, donnez cette référence : { $name }
error-search = Rechercher une collectivité
error-home = Revenir à l’accueil
