import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasMailbox, mailsTo } from './mailbox.mjs'
import { agent, look, password, press, signIn } from './people.mjs'
import { named, open } from './site.mjs'

const options = { skip: !hasMailbox && 'ATLAS_MAIL_PAGE is not set' }

/** An authenticator of the browser's own, as a telephone or a laptop has: it knows its owner until it is told otherwise. */
async function authenticator(page) {
  const client = await page.context().newCDPSession(page)
  await client.send('WebAuthn.enable')
  const { authenticatorId } = await client.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true
    }
  })
  return {
    knowsOwner: (isUserVerified) => client.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
    keys: async () => (await client.send('WebAuthn.getCredentials', { authenticatorId })).credentials
  }
}

async function askToAdd(page, name) {
  await page.goto(`${page.site}/compte`)
  await page.getByRole('link', { name: 'Gérer mes clés d’accès' }).click()
  await page.fill('#add-passkey_name', name)
  await page.fill('#add-password', password)
  await press(page, 'Ajouter une clé d’accès')
}

async function signOut(page) {
  await press(page, 'Me déconnecter')
  await page.waitForURL(/\/connexion$/)
}

test('somebody adds a passkey, and signs in with it alone and after the password', options, async () => {
  const { page, problems, close } = await open({ site: named })
  const email = await agent(page)
  const device = await authenticator(page)

  // Nobody at the authenticator first, then its owner.
  await device.knowsOwner(false)
  await askToAdd(page, 'Ordinateur du bureau')
  await page.getByText('Rien n’a été fait : la demande a été annulée.').waitFor()
  await look(page, problems)
  await device.knowsOwner(true)
  await press(page, 'Créer la clé d’accès')
  await page.getByRole('heading', { name: 'La deuxième étape est active' }).waitFor()
  const codes = await page.locator('.codes code').allInnerTexts()
  assert.equal(codes.length, 10)
  await look(page, problems)
  const [key] = await device.keys()
  assert.deepEqual([key.rpId, key.isResidentCredential], ['localhost', true])

  await signOut(page)
  await look(page, problems)
  await press(page, 'Me connecter avec une clé d’accès')
  await page.waitForURL(/\/espace$/)

  await signOut(page)
  await signIn(page, email)
  await page.waitForURL(/\/connexion\/etape/)
  await look(page, problems)
  await press(page, 'Utiliser ma clé d’accès')
  await page.waitForURL(/\/espace$/)

  await askToAdd(page, 'La même')
  await page.getByText('Cet appareil a déjà une clé d’accès pour votre compte.').waitFor()
  await page.goto(`${page.site}/compte/cles`)
  const listed = await page.innerText('main')
  assert.match(listed, /Ordinateur du bureau/)
  assert.doesNotMatch(listed, /La même|jamais/)
  await look(page, problems)

  // Without scripts no passkey is offered, and a recovery code does.
  const bare = await open({ site: named, javaScriptEnabled: false })
  await signIn(bare.page, email)
  await bare.page.waitForURL(/\/connexion\/etape/)
  assert.equal(await bare.page.getByRole('button', { name: 'Utiliser ma clé d’accès' }).count(), 0)
  assert.match(await bare.page.innerText('main'), /Les clés d’accès demandent un navigateur récent, avec JavaScript/)
  await look(bare.page, bare.problems)
  await bare.page.fill('#code', codes[0])
  await press(bare.page, 'Continuer')
  await bare.page.waitForURL(/\/espace$/)
  await bare.close()

  await page.getByText('Enlever cette clé').first().click()
  await page.fill('#remove-0-password', password)
  await press(page, 'Enlever cette clé')
  await page.getByText('La clé d’accès est enlevée.').waitFor()
  await look(page, problems)
  await signOut(page)
  await press(page, 'Me connecter avec une clé d’accès')
  await page.getByText('Cette clé d’accès n’a pas été reconnue.').waitFor()
  await look(page, problems)
  assert.ok((await mailsTo(email)).some(({ subject }) => /la connexion en deux étapes a changé/.test(subject)))
  await close()
})

test('at an address instead of a name the browser has no passkeys, and the page says so', options, async () => {
  const { page, problems, close } = await open()
  await authenticator(page)
  await page.goto(`${page.site}/connexion`)
  await press(page, 'Me connecter avec une clé d’accès')
  await page.getByText('ne permet pas d’utiliser une clé d’accès ici').waitFor()
  await look(page, problems)
  await page.getByRole('link', { name: 'Me connecter avec mon mot de passe' }).click()
  await page.waitForURL(/\/connexion$/)
  await close()
})
