//! Themes of ties between people: education, youth, culture, sport, language, citizenship, twinnings.

use super::Words;

/// By the code of the theme.
pub const THEMES: [Words; 8] = [
    Words {
        code: "EDUC",
        object: "l'éducation et la formation professionnelle",
        titles: &[
            "Réhabilitation de trois écoles primaires {à}",
            "Formation professionnelle des jeunes {de} aux métiers du bâtiment",
            "Bibliothèques scolaires et lecture publique {à}",
            "Correspondance et échanges entre les collèges {du} et {de}",
        ],
        needs: &[
            "Les classes {de} accueillent souvent plus de soixante élèves et manquent de mobilier.",
            "Peu de jeunes {de} trouvent une formation qui mène à un métier.",
        ],
        actions: &[
            "Le projet équipe les écoles, forme les enseignants et associe les parents d'élèves.",
            "Le projet ouvre des ateliers, envoie des formateurs et suit les jeunes jusqu'à leur premier emploi.",
        ],
    },
    Words {
        code: "JEUN",
        object: "la jeunesse, la mobilité et le volontariat",
        titles: &[
            "Chantiers de jeunes {à}",
            "Volontaires de service civique {à}",
            "Échange entre les conseils municipaux de jeunes {du} et {de}",
            "Rencontres de jeunes : apprendre à se connaître {à}",
        ],
        needs: &[
            "Beaucoup de jeunes n'ont jamais quitté leur pays et souhaitent s'engager.",
            "Les jeunes {de} demandent à prendre part aux décisions qui les concernent.",
        ],
        actions: &[
            "Chaque année, un groupe part et un groupe est reçu ; les jeunes préparent eux-mêmes le programme.",
            "Deux volontaires partent chaque année pour dix mois et rendent compte de leur mission à leur retour.",
        ],
    },
    Words {
        code: "CULT",
        object: "la culture et le patrimoine",
        titles: &[
            "Mise en valeur du patrimoine {de}",
            "Résidences d'artistes entre la France et {place}",
            "Inventaire du centre ancien {de}",
            "Festival partagé : musiques {du} et {de}",
        ],
        needs: &[
            "Le centre ancien {de} se dégrade et peu d'habitants en connaissent l'histoire.",
            "Les artistes {de} ont peu d'occasions de montrer leur travail ailleurs.",
        ],
        actions: &[
            "Architectes, artisans et habitants relèvent les édifices et choisissent ceux qui seront restaurés.",
            "Des artistes des deux côtés travaillent ensemble et présentent leur création dans les deux villes.",
        ],
    },
    Words {
        code: "SPORT",
        object: "le sport et l'inclusion",
        titles: &[
            "Le sport pour toutes et tous {à}",
            "Formation d'éducateurs sportifs {à}",
            "Tournoi annuel entre les clubs {du} et {de}",
            "Un terrain de sport pour les écoles {de}",
        ],
        needs: &[
            "Les filles {de} pratiquent peu de sport, faute d'encadrement et de lieux.",
            "Les clubs {de} reposent sur quelques bénévoles sans formation.",
        ],
        actions: &[
            "Des éducateurs des deux côtés forment ensemble des animateurs et ouvrent des créneaux pour les filles.",
            "Les clubs échangent des équipes, des entraîneurs et du matériel.",
        ],
    },
    Words {
        code: "FRANCO",
        object: "la langue française et la francophonie",
        titles: &[
            "Apprendre le français {à}",
            "Un fonds de livres en français pour la médiathèque {de}",
            "Semaine de la francophonie {à}",
            "Assistants de langue entre la France et {place}",
        ],
        needs: &[
            "Les cours de français {à} affichent complet et les enseignants manquent de livres récents.",
            "La langue française se lit moins qu'autrefois {à}, où elle garde pourtant des amis.",
        ],
        actions: &[
            "La coopération fournit des livres, reçoit des enseignants en stage et fait vivre une correspondance scolaire.",
            "Chaque printemps, lectures, films et rencontres réunissent les écoles et les associations.",
        ],
    },
    Words {
        code: "ECMS",
        object: "l'éducation à la citoyenneté mondiale",
        titles: &[
            "Comprendre le monde à partir {de}",
            "Expositions et débats : regards croisés avec {place}",
            "Les objectifs de développement durable expliqués aux élèves avec {place}",
            "Semaine de la solidarité internationale avec {place}",
        ],
        needs: &[
            "Les habitants connaissent mal ce que leur collectivité fait {pays}, et pourquoi.",
            "Les enseignants demandent des témoignages concrets pour parler du monde en classe.",
        ],
        actions: &[
            "Des rencontres dans les écoles et une exposition itinérante racontent le travail mené {à}.",
            "Des élèves des deux côtés mènent la même enquête et comparent leurs réponses.",
        ],
    },
    Words {
        code: "JUM",
        object: "les échanges entre habitants",
        titles: &[
            "Échanges d'habitants avec {place}",
            "Rencontre annuelle du jumelage avec {place}",
            "Comités de jumelage : cinq jours ensemble {à}",
            "Fête du jumelage avec {place}",
        ],
        needs: &[
            "Le jumelage repose sur des familles qui se reçoivent, et cherche à toucher les plus jeunes.",
            "Les deux comités souhaitent renouveler leurs activités et accueillir de nouveaux habitants.",
        ],
        actions: &[
            "Une délégation se rend {à} une année, et reçoit l'année suivante : musique, cuisine, visites, sport.",
            "Les comités préparent ensemble un programme ouvert aux écoles et aux associations.",
        ],
    },
    Words {
        code: "MIGR",
        object: "les migrations et le codéveloppement",
        titles: &[
            "Projets de développement portés par les habitants originaires {de}",
            "Accueil et parcours des personnes migrantes : échanges avec {place}",
            "Accompagner l'épargne et les initiatives de la diaspora {à}",
            "Retours et réinsertion {à}",
        ],
        needs: &[
            "Les associations d'habitants originaires {de} financent des équipements que peu de services entretiennent.",
            "Les services des deux côtés manquent de repères pour accueillir les personnes qui arrivent.",
        ],
        actions: &[
            "Le projet aide les associations à monter leurs dossiers et lie chaque équipement à un service {de}.",
            "Les équipes échangent leurs méthodes et forment ensemble leurs agents d'accueil.",
        ],
    },
];
