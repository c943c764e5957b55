# Words of the public pages, in English. As plain as the French.

site-name = Atlas of decentralised cooperation
site-tagline = The international action of French local authorities
skip-content = Skip to content
skip-search = Skip to search
skip-footer = Skip to footer
skip-label = Quick access
nav-label = Main menu
nav-home = Home
nav-search = Find a local authority
nav-sitemap = Site map
nav-accessibility = Accessibility: not compliant
nav-privacy = Personal data
nav-other-language = Français
nav-other-language-title = Lire cette page en français
footer-label = Footer
footer-sources = Sources: INSEE, DGCL, IGN, DILA, La Poste, OFGL (Licence Ouverte 2.0, 2026); GeoNames (CC BY 4.0).
breadcrumb-label = You are here:
old-data = This information dates from { $name }. It will be updated as soon as possible. Contact persons are not shown until then.
date = { $day } { $month } { $year }
date-first = 1
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

search-label = Find a local authority
search-hint = Name, postal code, INSEE code or SIREN; or name of a partner, a country, a project
search-button = Search
search-title = Find a local authority
search-title-for = Search: { $name }
search-found =
    { $count ->
        [one] 1 local authority found
       *[other] { $shown } local authorities found
    }
search-none = No local authority matches “{ $name }”
search-none-help = Check the spelling. Try the postal code, or only the beginning of the name.
search-nearly = Similar names
search-empty = Type a name, a postal code, an INSEE code or a SIREN.

home-title = Find a local authority
home-intro = The Atlas presents the communes, groupings, départements and régions of France. Search for one, or start from its région.
home-figures = The Atlas in figures
figure-communes =
    { $count ->
        [one] commune
       *[other] communes
    }
figure-groupings =
    { $count ->
        [one] grouping of communes
       *[other] groupings of communes
    }
figure-councils =
    { $count ->
        [one] département, région or overseas authority
       *[other] départements, régions and overseas authorities
    }
figure-cards =
    { $count ->
        [one] local authority says how to reach it
       *[other] local authorities say how to reach them
    }
home-regions = By région

count-communes =
    { $count ->
        [0] no commune
        [one] 1 commune
       *[other] { $shown } communes
    }
count-groupings =
    { $count ->
        [0] no grouping
        [one] 1 grouping
       *[other] { $shown } groupings
    }

region-title = Région { $name }
region-departments = Départements
region-own = Institutions of the région
table-territory = Territory
table-communes = Communes
table-groupings = Groupings
department-title = Département: { $name }
department-institutions = Institutions and groupings
department-communes = Communes
pages-label = Pages
page-previous = Previous page
page-next = Next page
page-number = Page { $name }

kind-commune = Commune
kind-departement = Département
kind-region = Région
kind-communaute-communes = Community of communes
kind-communaute-agglomeration = Agglomeration community
kind-communaute-urbaine = Urban community
kind-metropole = Metropolis
kind-metropole-lyon = Metropolis of Lyon
kind-ept = Public territorial establishment
kind-collectivite-unique = Single territorial authority
kind-collectivite-europeenne = European authority
kind-outre-mer = Overseas authority
kind-other = Local authority

collectivite-ended = This local authority no longer exists.
collectivite-ended-none = The Atlas knows of no successor.
collectivite-successors = It was replaced by:
collectivite-predecessors = It replaces:
collectivite-since = since { $name }
collectivite-until = until { $name }
collectivite-demo = Demonstration data
demo-banner = Demonstration data: what is said here of partnerships, projects and people is invented.
collectivite-identity = Identity card
fact-kind = Type
fact-department = Département
fact-region = Région
fact-epci = Grouping
fact-population = Population
fact-population-value =
    { $count ->
        [one] 1 inhabitant
       *[other] { $shown } inhabitants
    }
fact-postal-codes =
    { $count ->
        [one] Postal code
       *[other] Postal codes
    }
fact-insee = INSEE code
fact-siren = SIREN
card-title = How to reach it
card-none = This local authority has not yet said how to reach it about its international action.
card-website = Website
card-email = E-mail
card-telephone = Telephone
card-service = Service in charge of international action
contacts-title = Contact persons
contacts-elected = Elected
contacts-officer = Officer
contact-write = Write to { $name }
networks-title = Associations and networks
network-member = member
network-uses = uses it
network-member-uses = member, uses it
members-title =
    { $count ->
        [one] 1 member commune
       *[other] { $shown } member communes
    }

sitemap-title = Site map
sitemap-pages = Pages
sitemap-territories = Régions and départements

accessibility-title = Accessibility
accessibility-state = The Atlas has not yet been checked by an auditor. It is therefore declared “not compliant” with the French accessibility standard (RGAA), as the law requires in that case.
accessibility-done = What is done
accessibility-done-keyboard = Every page works with the keyboard, without scripts, and at a width of 320 pixels.
accessibility-done-checks = Each type of page is checked automatically at every change, in French and in English.
accessibility-rights = Your rights
accessibility-rights-text = If you cannot get at a piece of information, you may turn to the Défenseur des droits:
accessibility-rights-link = defenseurdesdroits.fr

privacy-title = Personal data
privacy-cookies = Cookies
privacy-cookies-text = The public pages of the Atlas read and set no cookie, and measure no audience.
privacy-addresses = Connection addresses
privacy-addresses-text = Your IP address serves to limit abuse. On the public pages it stays in memory for a few seconds and is not recorded.
privacy-contacts = Elected persons and officers
privacy-contacts-text = The Atlas shows the name and function of those in charge of international action when their local authority has named them and made them public. The first name and the e-mail address are shown only if the local authority chose so. A person who is removed disappears at once.

error-404-title = Page not found
error-404 = This page does not exist, or no longer.
error-405-title = Not possible
error-405 = This address does not allow that.
error-400-title = Unreadable request
error-400 = The address or the request has an error in it. Check the address, or start from the home page.
error-413-title = Too large
error-413 = What you sent is too large.
error-421-title = Wrong address
error-421 = This server does not answer to that name. Check the address of the site.
error-429-title = Too many requests
error-429 = Too many pages were asked for in a short time from your address. Wait a few seconds, then try again.
error-500-title = The service could not answer
error-500 = This is not your doing. Try again in a minute.
error-503-title = The Atlas is starting
error-503 = The pages will be here in a moment. Try again in a minute.
error-reference = If it goes on, quote this reference: { $name }
error-search = Find a local authority
error-home = Back to the home page
