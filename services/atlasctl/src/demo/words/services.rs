//! Themes of public services and basic needs: governance, water, waste, energy, health, social action, emergencies.

use super::Words;

/// By the code of the theme.
pub const THEMES: [Words; 7] = [
    Words {
        code: "GOUV",
        object: "l'appui à la gouvernance locale",
        titles: &[
            "Appui à l'état civil {de}",
            "Budget participatif : échanges avec {place}",
            "Formation des agents municipaux {de}",
            "Adressage et fiscalité locale {à}",
        ],
        needs: &[
            "Les services {de} ont reçu de nouvelles compétences sans les moyens de les exercer.",
            "Beaucoup de naissances ne sont pas déclarées {à}, ce qui prive les enfants de leurs droits.",
        ],
        actions: &[
            "Des agents des deux collectivités travaillent par binômes, sur place et à distance.",
            "Le projet numérise les registres, forme les agents et informe les familles.",
        ],
    },
    Words {
        code: "EAU",
        object: "l'accès à l'eau potable et à l'assainissement",
        titles: &[
            "Accès à l'eau potable dans les quartiers périphériques {de}",
            "Blocs sanitaires dans les écoles {de}",
            "Appui au service de l'eau {de}",
            "Réhabilitation de puits et de forages {à}",
        ],
        needs: &[
            "Une partie des familles {de} s'approvisionne à des points d'eau éloignés ou peu sûrs.",
            "Les pompes tombent en panne et les pièces manquent {à}.",
        ],
        actions: &[
            "Le projet étend le réseau, installe des bornes-fontaines et forme un comité d'usagers.",
            "Il crée un service d'entretien financé par les usagers et suivi par les élus {de}.",
        ],
    },
    Words {
        code: "DECH",
        object: "la collecte et le traitement des déchets",
        titles: &[
            "Collecte et tri des déchets {à}",
            "Compostage des déchets du marché {de}",
            "Fermer la décharge sauvage {de}",
            "Quartiers propres {à}",
        ],
        needs: &[
            "Moins de la moitié des déchets est collectée {à}, et le reste finit dans les rues et les cours d'eau.",
            "Les récupérateurs {de} travaillent sans protection et sans statut.",
        ],
        actions: &[
            "Le projet organise la précollecte par quartiers, équipe un centre de tri et forme les équipes.",
            "Une coopérative de récupérateurs est créée, avec des équipements et un contrat.",
        ],
    },
    Words {
        code: "ENER",
        object: "l'énergie et l'éclairage public",
        titles: &[
            "Éclairage public solaire {à}",
            "Rénovation énergétique des bâtiments publics {de}",
            "Électrification d'écoles et de centres de santé {à}",
            "Plan climat-énergie : échanges avec {place}",
        ],
        needs: &[
            "Les coupures sont fréquentes {à} et l'énergie pèse lourd dans le budget des services.",
            "Plusieurs écoles et centres de santé {de} ne sont pas raccordés.",
        ],
        actions: &[
            "Le projet installe des équipements solaires et confie leur entretien à des artisans formés sur place.",
            "Les deux collectivités comparent leurs consommations et rénovent chacune un bâtiment témoin.",
        ],
    },
    Words {
        code: "SANTE",
        object: "la santé",
        titles: &[
            "Santé maternelle et infantile {à}",
            "Équipement du centre de santé {de}",
            "Formation de soignants entre les hôpitaux {du} et {de}",
            "Prévention et dépistage {à}",
        ],
        needs: &[
            "Le centre de santé {de} couvre une population qui a doublé en quinze ans.",
            "Trop de femmes accouchent loin de tout service de santé.",
        ],
        actions: &[
            "Le projet équipe la maternité, forme les sages-femmes et soutient une mutuelle de santé.",
            "Des soignants échangent leurs pratiques au cours de missions de deux semaines.",
        ],
    },
    Words {
        code: "SOC",
        object: "l'action sociale et l'égalité entre les femmes et les hommes",
        titles: &[
            "Maison des femmes {de}",
            "Égalité entre les femmes et les hommes : échanges avec {place}",
            "Accueil des personnes handicapées {à}",
            "Protection de l'enfance {à}",
        ],
        needs: &[
            "Les femmes {de} accèdent difficilement au crédit, à la formation et au droit.",
            "Les familles {de} qui élèvent un enfant handicapé sont peu aidées.",
        ],
        actions: &[
            "Un lieu d'accueil est ouvert, avec des permanences juridiques et des ateliers.",
            "Les services sociaux des deux côtés forment ensemble leurs équipes.",
        ],
    },
    Words {
        code: "URG",
        object: "la prévention des risques et la reconstruction",
        titles: &[
            "Reconstruire après les inondations {à}",
            "Plan de sauvegarde {de}",
            "Formation des secours {de}",
            "Prévenir les risques {à}",
        ],
        needs: &[
            "Les pluies {à} sont devenues plus fortes et plusieurs quartiers sont inondés chaque année.",
            "Les secours {de} manquent de matériel et d'entraînement.",
        ],
        actions: &[
            "Le projet répare les équipements touchés et prépare un plan de sauvegarde avec les habitants.",
            "Des sapeurs-pompiers forment leurs collègues et leur remettent du matériel révisé.",
        ],
    },
];
