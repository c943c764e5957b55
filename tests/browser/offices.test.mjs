// What those see and decide who help: an SGAR with its requests and its view of a collectivité, the ministry with its reports.

import assert from 'node:assert/strict'
import { mailAbout, mailTo } from './mailbox.mjs'
import { address, agent, card, choose, isAbout, journey, look, member, press, says, signIn, unfold } from './people.mjs'
import { freshPlace } from './places.mjs'
import { Authenticator } from './second-factor.mjs'
import { base, open } from './site.mjs'

/** The password of the invented people, whom `identity demo-accounts` makes. */
const secret = process.env.ATLAS_DEMO_PASSWORD
const asks = { ATLAS_DEMO_PASSWORD: secret }
const sgar = 'solene.riou@example.org'
const ministry = 'denise.faure@example.org'
const authenticators = new Map()

/** Somebody of a State office, signed in with both steps; the first time they have to set the second one up. */
async function officer(options, email) {
  const { page, problems, close } = await open(options)
  await signIn(page, email, secret)
  const known = authenticators.get(email)
  if (known) {
    await page.waitForURL(/\/connexion\/etape/)
    await look(page, problems)
    await page.fill('#code', known.code())
    await press(page, 'Continuer')
  } else {
    await setUp(page, problems, email)
  }
  await page.waitForURL(/\/espace$/)
  return { page, problems, close }
}

async function setUp(page, problems, email) {
  await page.waitForURL(/\/compte\/second-facteur$/)
  assert.match(await says(page), /Votre rôle demande une deuxième étape/)
  await page.goto(`${base}/espace`)
  assert.match(page.url(), /\/compte\/second-facteur$/, 'nothing else is open before')
  await look(page, problems)
  await page.fill('#password', secret)
  await press(page, 'Mettre en place')
  await look(page, problems)
  const mine = new Authenticator(await page.innerText('.codes code'))
  await page.fill('#code', mine.code())
  await press(page, 'Activer la deuxième étape')
  mine.keep(await page.locator('.codes code').allInnerTexts())
  await look(page, problems)
  authenticators.set(email, mine)
  await page.getByRole('link', { name: 'J’ai noté mes codes, continuer' }).click()
}

async function ask(page, place, who, text) {
  const email = await agent(page, place, who)
  await unfold(page, 'Aucun de ces moyens : demander à la préfecture')
  await page.fill('#request-message', text)
  await press(page, 'Envoyer la demande')
  await page.getByText('Votre demande est partie.').waitFor()
  return email
}

/** From the page of the office to the request of somebody. */
async function openRequest(page, name) {
  await page.goto(`${base}/sgar/53`)
  assert.match(await says(page), /demandes? (attend|attendent) une réponse/)
  await page.getByRole('main').getByRole('link', { name: 'Demandes à examiner' }).click()
  await card(page, name).waitFor()
  return card(page, name)
}

journey('a request gets its receipt, and its SGAR accepts it with a role', async (page, problems, options) => {
  const place = freshPlace(29)
  const email = await ask(page, place, ['Rozenn', `Demande ${options.viewport.width}`], 'Je suis la nouvelle secrétaire.')
  assert.match(await says(page), /Demande envoyée le .+ à la préfecture de région Bretagne\. Sans réponse le .+, elle passera au ministère\./)
  await isAbout(page, place.name)
  await look(page, problems)
  const riou = await officer(options, sgar)
  await look(riou.page, riou.problems)
  const hers = await openRequest(riou.page, `Rozenn Demande ${options.viewport.width}`)
  assert.match(await hers.innerText(), new RegExp(`${place.name}[\\s\\S]+secrétaire générale[\\s\\S]+Je suis la nouvelle secrétaire\\.`))
  await hers.locator('summary', { hasText: 'Accepter' }).click()
  await look(riou.page, riou.problems)
  await choose(hers, 'Administration')
  await hers.getByRole('button', { name: 'Accepter avec ce rôle' }).click()
  await riou.page.getByText('La demande est acceptée.').waitFor()
  assert.equal(await card(riou.page, `Rozenn Demande ${options.viewport.width}`).count(), 0)
  await riou.page.getByRole('link', { name: 'Voir les demandes examinées depuis 90 jours' }).click()
  await card(riou.page, `Rozenn Demande ${options.viewport.width}`).waitFor()
  await look(riou.page, riou.problems)

  const mail = await mailAbout(email, `${place.name} : votre demande est acceptée`)
  assert.match(mail.text, /gérer l’équipe/)
  await page.goto(`${base}/espace`)
  await look(page, problems)
  await page.getByRole('main').getByRole('link', { name: place.name }).first().click()
  await page.waitForURL(new RegExp(`${place.space}$`))
  assert.match(await says(page), new RegExp(`Votre rôle pour ${place.name} : Administration`))
  await riou.close()
}, asks)

journey('a request is refused with a reason, which its mail and its page say', async (page, problems, options) => {
  const place = freshPlace(29)
  const name = `Ronan Refus ${options.viewport.width}`
  const email = await ask(page, place, ['Ronan', `Refus ${options.viewport.width}`], '')
  const riou = await officer(options, sgar)
  const his = await openRequest(riou.page, name)
  await his.locator('summary', { hasText: 'Refuser' }).click()
  await his.getByRole('button', { name: 'Refuser la demande' }).click()
  assert.match(await riou.page.title(), /^Erreur/)
  await look(riou.page, riou.problems)
  const again = card(riou.page, name)
  await again.getByLabel('Motif').fill('La mairie ne vous connaît pas encore.\nDemandez-lui de nous écrire.')
  await again.getByRole('button', { name: 'Refuser la demande' }).click()
  await riou.page.getByText('La demande est refusée.').waitFor()
  const mail = await mailAbout(email, `${place.name} : votre demande est refusée`)
  assert.match(mail.text, /> La mairie ne vous connaît pas encore\.\s+> Demandez-lui de nous écrire\./)
  await page.goto(`${base}/espace`)
  assert.match(await card(page, place.name).innerText(), /Refusée[\s\S]+La mairie ne vous connaît pas encore\./i)
  await look(page, problems)
  await riou.close()
}, asks)

journey('an SGAR sees a collectivité as its agents do, and hands a team over when its only administrator has left', async (page, problems, options) => {
  const place = freshPlace(29)
  const left = await member(page, place, ['Yves', 'Retraité'])
  const comes = await open(options)
  await agent(comes.page, place, ['Zoé', 'Relève'])
  await unfold(comes.page, 'Aucun de ces moyens')
  await comes.page.fill('#request-replaces', 'Yves Retraité')
  await press(comes.page, 'Envoyer la demande')
  await comes.page.getByText('Votre demande est partie.').waitFor()

  const riou = await officer(options, sgar)
  await riou.page.goto(`${base}/sgar/53`)
  await riou.page.fill('#collectivite', place.insee)
  await press(riou.page, 'Voir son espace')
  await riou.page.waitForURL(new RegExp(`${place.space}$`))
  await isAbout(riou.page, place.name)
  assert.match(await says(riou.page), /Vous voyez cet espace comme ses agents, en lecture seule, au titre de : SGAR Bretagne/)
  assert.equal(await riou.page.locator('main form').count(), 0, 'there is nothing to change')
  await look(riou.page, riou.problems)
  for (const link of await riou.page.getByRole('main').locator('.ways a').evaluateAll((all) => all.map((one) => one.href))) {
    const answer = await riou.page.goto(link)
    assert.equal(answer.status(), 200, `${link} leads somewhere`)
    assert.match(await says(riou.page), /Vous agissez au titre de : SGAR Bretagne/)
    await isAbout(riou.page, place.name)
  }

  await riou.page.goto(`${base}${place.space}/demandes`)
  const hers = card(riou.page, 'Zoé Relève')
  await hers.locator('summary', { hasText: 'Accepter' }).click()
  await choose(hers, 'Administration')
  await hers.getByLabel('Collègue parti, à remplacer').selectOption({ label: 'Yves Retraité (Administration)' })
  await hers.getByRole('button', { name: 'Accepter avec ce rôle' }).click()
  await riou.page.getByText('La demande est acceptée.').waitFor()
  await mailAbout(left, 'Zoé Relève prend votre suite')
  await page.goto(base + place.space)
  assert.match(page.url(), /\/rejoindre$/)

  await riou.page.goto(`${base}${place.space}/journal`)
  await look(riou.page, riou.problems)
  await riou.page.selectOption('#action', { label: 'A vu l’espace comme ses agents' })
  await riou.page.getByRole('main').getByRole('button', { name: 'Rechercher' }).click()
  const acts = await riou.page.locator('tbody tr td:nth-child(3)').allInnerTexts()
  assert.ok(acts.length > 0 && acts.every((act) => act === 'A vu l’espace comme ses agents'), acts.join())
  assert.match(await riou.page.locator('tbody').innerText(), /Solène Riou/)
  assert.equal(await riou.page.locator('#action option:checked').innerText(), 'A vu l’espace comme ses agents')
  await look(riou.page, riou.problems)
  await riou.page.fill('#since', '2099-01-01')
  await riou.page.getByRole('main').getByRole('button', { name: 'Rechercher' }).click()
  assert.match(await says(riou.page), /Aucune ligne ne correspond\./)
  await Promise.all([riou.close(), comes.close()])
}, asks)

journey('a collectivité that is not in the list gets a receipt, and the ministry answers', async (page, problems, options) => {
  const email = address('absente')
  const name = `Nouvelle-Commune ${options.viewport.width}`
  await page.goto(`${base}/compte/creer`)
  await page.getByRole('link', { name: 'Ma collectivité n’est pas dans la liste' }).click()
  await press(page, 'Envoyer')
  assert.match(await page.title(), /^Erreur/)
  await look(page, problems)
  await page.fill('#name', name)
  await page.fill('#place', 'Morbihan')
  await page.fill('#email', email)
  await press(page, 'Envoyer')
  const receipt = /Votre numéro est (M-[\w-]+)/.exec(await says(page))?.[1]
  assert.ok(receipt, await says(page))
  await look(page, problems)
  assert.ok((await mailTo(email)).text.includes(receipt))

  const faure = await officer(options, ministry)
  await faure.page.goto(`${base}/administration`)
  await look(faure.page, faure.problems)
  await faure.page.getByRole('main').getByRole('link', { name: 'Collectivités signalées absentes' }).click()
  const report = card(faure.page, name)
  assert.ok((await report.innerText()).includes(receipt))
  await report.locator('summary', { hasText: 'Répondre' }).click()
  await look(faure.page, faure.problems)
  await report.getByLabel('Réponse').fill('Elle est dans la liste depuis ce matin.')
  await report.getByRole('button', { name: 'Envoyer la réponse' }).click()
  await faure.page.getByText('La réponse est partie.').waitFor()
  assert.match((await mailAbout(email, `réponse à votre demande n° ${receipt}`)).text, /Elle est dans la liste depuis ce matin\./)
  await faure.close()
}, asks)

const offices = {
  [sgar]: ['/sgar/53', '/sgar/53/demandes?decidees=1', '/sgar/53/equipe', '/sgar/53/comptes', '/sgar/53/codes', '/sgar/53/journal', '/prefecture/56/equipe'],
  [ministry]: [
    '/administration/demandes', '/administration/equipe', '/administration/equipes', '/administration/comptes?query=riou', '/administration/codes',
    '/administration/signalements?traites=1', '/administration/journal', '/administration/courriels'
  ]
}

for (const [email, paths] of Object.entries(offices)) {
  journey(`every page of the office of ${email} can be read and used, in both languages`, async (page, problems, options) => {
    const its = await officer(options, email)
    for (const path of paths.flatMap((one) => [one, `/en${one}`])) {
      const answer = await its.page.goto(base + path)
      assert.equal(answer.status(), 200, path)
      await look(its.page, its.problems)
    }
    assert.deepEqual(problems, [])
    await its.close()
  }, asks)
}
