# Words of what collectivités do abroad, in English. As plain as the French.

count-actions =
    { $count ->
        [0] no action under way
        [one] 1 action under way
       *[other] { $shown } actions under way
    }
count-countries =
    { $count ->
        [one] 1 country
       *[other] { $shown } countries
    }
count-collectivites =
    { $count ->
        [one] 1 local authority
       *[other] { $shown } local authorities
    }
count-partners =
    { $count ->
        [one] 1 partner
       *[other] { $shown } partners
    }
count-projects =
    { $count ->
        [0] no project
        [one] 1 project
       *[other] { $shown } projects
    }
count-more =
    { $count ->
        [one] and 1 other
       *[other] and { $shown } others
    }
figure-engaged =
    { $count ->
        [one] local authority engaged
       *[other] local authorities engaged
    }
figure-partners =
    { $count ->
        [one] partner authority
       *[other] partner authorities
    }
figure-countries =
    { $count ->
        [one] country
       *[other] countries
    }
figure-actions =
    { $count ->
        [one] action under way
       *[other] actions under way
    }
figure-twinnings =
    { $count ->
        [one] twinning
       *[other] twinnings
    }
figure-projects =
    { $count ->
        [one] project
       *[other] projects
    }
money = €{ $name }

actions-title = External action
actions-line = External action: { $name }
actions-none = No external action is recorded for this local authority yet.
actions-ended =
    { $count ->
        [one] 1 action that has ended
       *[other] { $shown } actions that have ended
    }
action-convention = with an agreement
action-no-convention = without an agreement
action-twinning = twinning
action-oudin-santini = 1% for water, waste or energy (Oudin-Santini act)
action-since = since { $name }
action-since-unknown = year it began unknown
action-active = under way
action-dormant = dormant
action-suspended = suspended
action-suspended-year = suspended since { $name }
action-suspended-day = suspended since { $name }
action-ended = ended
action-ended-year = ended in { $name }
action-ended-day = ended on { $name }
action-with = With
action-verified = last checked on { $name }
action-to-confirm = To be confirmed
action-to-confirm-text = “To be confirmed”: the information comes from an old or uncertain source. The local authority has not checked it yet.
action-sources = Sources:
source-wikipedia = Wikipedia (CC BY-SA 4.0)

level-municipality = Foreign municipality
level-grouping = Grouping or metropolitan authority
level-district = Intermediate authority
level-region = Region, province or federated state
level-other = Foreign authority

partner-who = Who works there
partner-who-none = No French local authority has said yet that it works with this partner.
partner-who-ended = No French local authority works with this partner any more.
fact-country = Country
fact-division = Region, province or state
fact-place = Place
fact-names =
    { $count ->
        [one] Other name
       *[other] Other names
    }

country-partners = Partner authorities
country-none = No partner authority is recorded in this country yet.
country-no-division = Division not specified
country-themes = Themes of the projects
continent-africa = Africa
continent-north-america = North America
continent-south-america = South America
continent-antarctica = Antarctica
continent-asia = Asia
continent-europe = Europe
continent-oceania = Oceania

projects-title = Projects
project-fiche = Project sheet
project-planned = planned
project-ongoing = under way
project-completed = completed
project-suspended = suspended
project-abandoned = abandoned
project-first-signed = Year the agreement was first signed
project-theme = Theme
project-other-themes = Other themes
project-priority = Priority
project-partnership-began = Year the partnership began
project-partnership-is = The external action is
project-partnership-ended = End of the partnership
project-starts = Start of the project
project-ends = End of the project
project-number = Number in the former Atlas
project-goals = Sustainable development goals
project-context = Context
project-history = History
project-budget = Budget
project-year = Year
project-source = Funded by
project-amount = Amount
project-links = Links
project-who = French local authorities
project-operators = Who carries it out

theme-retired = This theme is no longer offered. Projects that bear it keep it.
theme-below = More precise themes
theme-none = No project is recorded here yet.
goal-title = Goal { $number }: { $name }
goal-1 = No poverty
goal-2 = Zero hunger
goal-3 = Good health and well-being
goal-4 = Quality education
goal-5 = Gender equality
goal-6 = Clean water and sanitation
goal-7 = Affordable and clean energy
goal-8 = Decent work and economic growth
goal-9 = Industry, innovation and infrastructure
goal-10 = Reduced inequalities
goal-11 = Sustainable cities and communities
goal-12 = Responsible consumption and production
goal-13 = Climate action
goal-14 = Life below water
goal-15 = Life on land
goal-16 = Peace, justice and strong institutions
goal-17 = Partnerships for the goals

search-country = Country
search-kinds = What are you looking for?
search-collectivites = Local authorities
search-partners = Foreign partners
search-projects = Projects
search-found-partners =
    { $count ->
        [one] 1 partner found
       *[other] { $shown } partners found
    }
search-found-projects =
    { $count ->
        [one] 1 project found
       *[other] { $shown } projects found
    }
search-none-partner = No partner matches “{ $name }”
search-none-project = No project matches “{ $name }”
search-all-partners =
    { $count ->
        [one] See the partner found
       *[other] See the { $shown } partners found
    }
search-all-projects =
    { $count ->
        [one] See the project found
       *[other] See the { $shown } projects found
    }

sitemap-countries = Countries
sitemap-themes = Themes
sitemap-goals = Sustainable development goals
