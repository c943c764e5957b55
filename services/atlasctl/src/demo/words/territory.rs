//! Themes of territory and economy: environment, agriculture, economy, tourism, town planning, digital technology, borders.

use super::Words;

/// By the code of the theme.
pub const THEMES: [Words; 7] = [
    Words {
        code: "ENV",
        object: "l'environnement, le climat et la biodiversité",
        titles: &[
            "Reboisement et lutte contre l'érosion {à}",
            "Trame verte : jardins et arbres {de}",
            "Protéger la rivière {à}",
            "Adaptation au changement climatique : échanges avec {place}",
        ],
        needs: &[
            "Les sols {de} s'érodent et la ressource en bois recule.",
            "Les étés {de} sont plus chauds et les habitants demandent de l'ombre et de l'eau.",
        ],
        actions: &[
            "Pépinières, plantations et suivi sont confiés aux écoles et aux groupements de femmes.",
            "Les services des deux collectivités partagent leurs données et plantent chacun un quartier témoin.",
        ],
    },
    Words {
        code: "AGRI",
        object: "l'agriculture et la sécurité alimentaire",
        titles: &[
            "Maraîchage et sécurité alimentaire {à}",
            "Transformation des produits locaux {à}",
            "Cantines scolaires et circuits courts {à}",
            "Appui aux groupements d'éleveurs {de}",
        ],
        needs: &[
            "La soudure est longue {à} et les familles achètent des aliments importés.",
            "Les producteurs {de} vendent sans stocker ni transformer.",
        ],
        actions: &[
            "Le projet aménage des périmètres maraîchers, fournit des semences et forme les groupements.",
            "Un atelier de transformation et un magasin sont construits, puis gérés par une coopérative.",
        ],
    },
    Words {
        code: "ECO",
        object: "le développement économique et l'emploi",
        titles: &[
            "Marché couvert {de}",
            "Entreprendre {à} : accompagnement de jeunes créateurs",
            "Économie sociale et solidaire : échanges avec {place}",
            "Rencontres économiques avec {place}",
        ],
        needs: &[
            "Le marché {de} déborde sur la voirie et ses recettes sont mal perçues.",
            "Les jeunes {de} créent de petites activités sans conseil ni crédit.",
        ],
        actions: &[
            "Le projet aménage le marché, avec ses usagers, et organise sa gestion.",
            "Une pépinière accueille quinze projets par an et les met en relation avec des entreprises.",
        ],
    },
    Words {
        code: "TOUR",
        object: "le tourisme durable",
        titles: &[
            "Sentiers et accueil chez l'habitant {à}",
            "Office de tourisme {de} : formation et méthode",
            "Tourisme solidaire {à}",
            "Itinéraire commun avec {place}",
        ],
        needs: &[
            "{place} a des atouts que peu de visiteurs connaissent, et peu de lits pour les recevoir.",
            "Les retombées du tourisme profitent peu aux habitants {de}.",
        ],
        actions: &[
            "Le projet balise des sentiers, forme des guides et aide les familles à recevoir des visiteurs.",
            "Les offices des deux côtés échangent leurs méthodes et composent une offre commune.",
        ],
    },
    Words {
        code: "URB",
        object: "l'urbanisme, la mobilité et l'habitat",
        titles: &[
            "Plan d'urbanisme {de}",
            "Mobilités : échanges avec {place}",
            "Requalification d'un quartier {de}",
            "Espaces publics {de} : concevoir avec les habitants",
        ],
        needs: &[
            "{place} grandit plus vite que ses voies et ses réseaux.",
            "Les déplacements {à} sont longs, chers et peu sûrs pour les piétons.",
        ],
        actions: &[
            "Urbanistes et élus des deux collectivités dressent un plan et choisissent un quartier d'essai.",
            "Des relevés sont menés avec les étudiants, puis discutés avec les habitants.",
        ],
    },
    Words {
        code: "NUM",
        object: "le numérique et l'innovation",
        titles: &[
            "Espace public numérique {de}",
            "Données ouvertes : échanges avec {place}",
            "Télémédecine {à}",
            "Cartographie libre {de}",
        ],
        needs: &[
            "L'accès à internet reste cher {à} et les démarches se font encore sur papier.",
            "Aucune carte à jour {de} n'est disponible pour les services.",
        ],
        actions: &[
            "Un espace équipé est ouvert et des médiateurs y sont formés.",
            "Étudiants et agents cartographient les rues et les équipements, et publient leurs données.",
        ],
    },
    Words {
        code: "TRANSF",
        object: "la coopération transfrontalière",
        titles: &[
            "Services communs de part et d'autre de la frontière avec {place}",
            "Piste cyclable vers {place}",
            "Apprendre la langue du voisin avec {place}",
            "Emploi et formation : un bassin de vie partagé avec {place}",
        ],
        needs: &[
            "De nombreux habitants passent chaque jour la frontière pour travailler, étudier ou se soigner.",
            "Les services de part et d'autre se connaissent mal, alors que les habitants les utilisent tous.",
        ],
        actions: &[
            "Les deux collectivités ouvrent leurs équipements aux habitants de l'autre et partagent les coûts.",
            "Les écoles échangent des classes et des enseignants toute l'année.",
        ],
    },
];
