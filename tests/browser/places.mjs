// Where journeys take place: communes of Bretagne for which nobody has an account when a platform begins, each used once.

const communes = {
  56: [
    ['56002', '215600024', 'Ambon'], ['56004', '215600040', 'Arzal'], ['56005', '215600057', 'Arzon'], ['56006', '215600065', 'Augan'],
    ['56009', '215600099', 'Bangor'], ['56011', '215600115', 'Béganne'], ['56012', '215600123', 'Beignon'], ['56014', '215600149', 'Berné']
  ],
  22: [
    ['22001', '212200018', 'Allineuc'], ['22002', '212200026', 'Andel'], ['22003', '212200034', 'Aucaleuc'], ['22006', '212200067', 'Berhet'],
    ['22008', '212200083', 'Bobital'], ['22009', '212200091', 'Le Bodéo'], ['22011', '212200117', 'Boqueho'], ['22012', '212200125', 'La Bouillie']
  ],
  29: [
    ['29001', '212900013', 'Argol'], ['29002', '212900021', 'Arzano'], ['29007', '212900070', 'Berrien'], ['29008', '212900088', 'Beuzec-Cap-Sizun'],
    ['29010', '212900104', 'Bodilis'], ['29012', '212900120', 'Bolazec'], ['29013', '212900138', 'Botmeur'], ['29014', '212900146', 'Botsorhel']
  ],
  35: [['35001', '213500010', 'Acigné'], ['35002', '213500028', 'Amanlis']]
}

/** The next commune of a département that no journey of this file has used; files keep to a département each. */
export function freshPlace(department) {
  const [insee, id, name] = communes[department].shift()
  // As `atlasctl import official-addresses --invented` makes them.
  return { insee, id, name, official: `mairie-${insee}@communes.example`, space: `/espace/${id}` }
}
