import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tabTo } from './keyboard.mjs'
import { hasMailbox, linkIn, mailTo, mailsTo } from './mailbox.mjs'
import { address, enterCode, look, member, password, press, signIn, signUp } from './people.mjs'
import { base, open } from './site.mjs'

const ways = [
  { name: 'scripts on, 1280 pixels', options: { javaScriptEnabled: true, viewport: { width: 1280, height: 900 } } },
  { name: 'scripts off, 360 pixels', options: { javaScriptEnabled: false, viewport: { width: 360, height: 740 } } }
]

for (const { name, options } of ways) {
  const journey = (title, walk) => test(`${title}, ${name}`, { skip: !hasMailbox && 'ATLAS_MAIL_PAGE is not set' }, async () => {
    const { page, problems, close } = await open(options)
    await walk(page, problems)
    await close()
  })

  journey('somebody signs up by the code of the mail, signs out and in again', async (page, problems) => {
    const email = address()
    await signUp(page, email)
    await look(page, problems)
    assert.match(await page.innerText('main'), new RegExp(`Un message est parti à \\d+\\sh\\s\\d\\d vers ${email}`))
    await page.fill('#code', '000000')
    await press(page, 'Continuer')
    assert.match(await page.title(), /^Erreur/)
    await look(page, problems)
    await enterCode(page, email)
    await page.waitForURL(/\/rejoindre$/)
    assert.match(await page.innerText('h1'), /Dernière étape : prouver que vous travaillez pour La Croix-Helléan/)
    await look(page, problems)
    await press(page, 'Me déconnecter')
    await page.waitForURL(/\/connexion$/)
    await look(page, problems)
    await page.goto(`${base}/espace`)
    assert.match(page.url(), /\/connexion\?next=%2Fespace$/)
    await signIn(page, email)
    await page.waitForURL(/\/espace$/)
    await look(page, problems)
  })

  journey('a link opened in another browser asks for a password, and a scanner does not use it up', async (page, problems) => {
    const email = address()
    await signUp(page, email)
    const link = linkIn(await mailTo(email))
    for (const method of ['GET', 'HEAD', 'GET', 'HEAD', 'GET', 'HEAD']) await fetch(base + link, { method })
    const other = await open(options)
    await other.page.goto(base + link)
    assert.match(other.page.url(), /\/compte\/lien$/)
    await look(other.page, other.problems)
    await press(other.page, 'Vérifier mon adresse')
    await other.page.waitForURL(/\/compte\/mot-de-passe$/)
    await look(other.page, other.problems)
    await other.page.fill('#password', 'autre phrase bien longue ici')
    await press(other.page, 'Enregistrer le mot de passe')
    await other.page.waitForURL(/\/connexion$/)
    await signIn(other.page, email, 'autre phrase bien longue ici')
    await other.page.waitForURL(/\/espace$/)
    await other.page.goto(base + link)
    assert.match(await other.page.innerText('h1'), /Ce lien ne sert plus/)
    await look(other.page, other.problems)
    assert.deepEqual(problems, [])
    await other.close()
  })

  journey('who forgot the password gets back in, and an unknown address reads the same', async (page, problems) => {
    const email = await member(page)
    await press(page, 'Me déconnecter')
    const said = []
    for (const typed of [email, address()]) {
      await page.goto(`${base}/connexion`)
      await page.getByRole('link', { name: 'Identifiant ou mot de passe oublié' }).click()
      await page.fill('#email', typed)
      await press(page, 'Recevoir un message')
      await page.waitForURL(/\/compte\/code$/)
      said.push((await page.innerText('main')).replace(typed, '…').replace(/\d+ h \d\d/, '…'))
      await look(page, problems)
    }
    assert.equal(said[0], said[1])
    const link = linkIn(await mailTo(email, 2))
    await page.goto(base + link)
    await press(page, 'Continuer')
    await page.waitForURL(/\/compte\/mot-de-passe$/)
    await press(page, 'Me proposer un mot de passe')
    const proposed = await page.inputValue('#password')
    assert.ok(proposed.length >= 15, proposed)
    await press(page, 'Enregistrer le mot de passe')
    await page.waitForURL(/\/connexion$/)
    await signIn(page, email, proposed)
    await page.waitForURL(/\/espace$/)
    assert.ok((await mailsTo(email)).length >= 2)
  })

  journey('what was typed is there again after the session has ended', async (page, problems) => {
    const email = await member(page)
    const text = 'Je remplace Paul Durand, parti en mai.'
    await page.getByText('Aucun de ces moyens').click()
    await page.fill('#request-message', text)
    const other = await open(options)
    await signIn(other.page, email)
    await other.page.goto(`${base}/compte`)
    await look(other.page, other.problems)
    await press(other.page, 'Déconnecter partout ailleurs')
    await other.page.waitForURL(/\/compte$/)
    await other.close()
    await press(page, 'Envoyer la demande')
    await page.waitForURL(/\/connexion\?next=/)
    assert.match(await page.innerText('main'), /Votre texte est gardé/)
    await look(page, problems)
    await page.fill('#email', email)
    await page.fill('#password', password)
    await press(page, 'Se connecter')
    await page.waitForURL(/\/rejoindre\?brouillon=1$/)
    assert.equal(await page.inputValue('#request-message'), text)
    await look(page, problems)
  })

  journey('who is not in the list gets a receipt', async (page, problems) => {
    await page.goto(`${base}/compte/creer`)
    await page.getByRole('link', { name: 'Ma collectivité n’est pas dans la liste' }).click()
    await page.fill('#name', 'Nouvelle-Commune')
    await page.fill('#place', 'Morbihan')
    await page.fill('#email', address())
    await press(page, 'Envoyer')
    assert.match(await page.innerText('main'), /Votre numéro est M-/)
    await look(page, problems)
  })

  test(`a mistyped address is asked about, ${name}`, async () => {
    const { page, problems, close } = await open(options)
    await page.goto(`${base}/compte/creer`)
    await page.fill('#collectivite', 'Saint-Denis')
    await page.fill('#email', 'mairie@wanado.fr')
    await press(page, 'Créer mon compte')
    assert.match(await page.innerText('main'), /Vouliez-vous écrire mairie@wanadoo\.fr \?/)
    assert.match(await page.innerText('main'), /Seine-Saint-Denis \(93\)/)
    await look(page, problems)
    await press(page, 'Oui, corriger')
    assert.equal(await page.inputValue('#email'), 'mairie@wanadoo.fr')
    await close()
  })
}

test('the keyboard alone is enough to sign in', async () => {
  const { page, problems, close } = await open()
  await page.goto(`${base}/connexion`)
  await tabTo(page, ({ name }) => name?.startsWith('Adresse électronique'))
  await page.keyboard.type('personne@example.org')
  await tabTo(page, ({ name }) => name?.startsWith('Mot de passe'))
  await page.keyboard.type('quatre mots sans rapport')
  await tabTo(page, ({ name }) => name === 'Afficher')
  await page.keyboard.press('Enter')
  assert.equal(await page.getAttribute('#password', 'type'), 'text')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.title.startsWith('Erreur'))
  assert.equal(await page.evaluate(() => document.activeElement.id), 'problems', 'the summary has the focus')
  await tabTo(page, ({ href }) => href === '#email')
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate(() => document.activeElement.id), 'email')
  assert.deepEqual(problems, [])
  await close()
})

test('a form of another site signs nobody in or out', async () => {
  const { page, close } = await open()
  const elsewhere = base.replace('127.0.0.1', 'localhost')
  await page.goto(`${elsewhere}/`)
  for (const path of ['/connexion', '/deconnexion', '/compte/recuperer']) {
    const answer = await page.request.post(base + path, { form: { email: 'a@example.org', password: 'x' }, headers: { origin: elsewhere } })
    assert.equal(answer.status(), 403, path)
  }
  await close()
})
