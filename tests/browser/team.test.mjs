// The team of a collectivité: who changes what somebody may do, who leaves, who takes whose place; and what mails went out.

import assert from 'node:assert/strict'
import { linkIn, mailAbout, mailTo } from './mailbox.mjs'
import { address, agent, card, choose, enterCode, fillPerson, isAbout, journey, look, member, password, press, says, unfold } from './people.mjs'
import { freshPlace } from './places.mjs'
import { base, open } from './site.mjs'

/** Asks again and again for what is to become true, within so many seconds. */
async function within(seconds, what, ask) {
  const until = Date.now() + seconds * 1000
  for (;;) {
    const seen = await ask()
    if (seen === true) return
    if (Date.now() > until) assert.fail(`${what}: not within ${seconds} s; ${seen}`)
  }
}

/** A day so many days away, as a field for a day takes it. */
function day(away) {
  return new Date(Date.now() + away * 86_400_000).toISOString().slice(0, 10)
}

/** The address leads to the page where one asks to join: who is out meets nothing else. */
async function isOut(page, place) {
  await page.goto(base + place.space)
  return page.url().endsWith('/rejoindre') || page.url()
}

/** Somebody who was invited, and has an account with that address now; their browser has accepted. */
async function accept(page, email, [first, last]) {
  await page.goto(base + linkIn(await mailTo(email)))
  await page.getByRole('main').getByRole('link', { name: 'Créer mon compte' }).click()
  await fillPerson(page, first, last)
  await page.fill('#password', password)
  await press(page, 'Créer mon compte')
  await page.waitForURL(/\/compte\/code$/)
  await enterCode(page, email, 2)
  await page.waitForURL(/\/invitations$/)
  await press(page, 'Accepter l’invitation')
  await page.waitForURL(/\/espace\/\d+$/)
}

journey('a role is changed, somebody is taken out within five seconds, and the last administrator stays', async (page, problems, options) => {
  const place = freshPlace(22)
  await member(page, place, ['Odile', 'Administre'])
  const other = await open(options)
  const email = await member(other.page, place, ['Hervé', 'Sortant'])
  assert.match(await says(other.page), new RegExp(`Votre rôle pour ${place.name} : Rédaction`))

  await page.goto(`${base}${place.space}/equipe`)
  await unfold(page, 'Changer le rôle ou les dates de Hervé Sortant')
  await look(page, problems)
  const his = card(page, 'Hervé Sortant')
  await his.getByLabel('Rôle').selectOption({ label: 'Lecture' })
  await his.getByRole('button', { name: 'Enregistrer' }).click()
  await page.getByText('C’est enregistré, et valable partout dans les cinq secondes.').waitFor()
  assert.equal(await card(page, 'Hervé Sortant').locator('.fr-badge').textContent(), 'Lecture')
  await within(5, 'a new role', async () => {
    await other.page.goto(base + place.space)
    return /: Lecture\b/.test(await says(other.page)) || says(other.page)
  })

  await page.goto(`${base}/espace`)
  await unfold(page, 'Quitter cette équipe')
  await look(page, problems)
  await press(page, `Quitter l’équipe de ${place.name}`)
  assert.equal(await page.innerText('h1'), 'Ce n’est pas possible maintenant')
  assert.match(await says(page), /dernier administrateur de l’équipe\. Donnez d’abord ce rôle à quelqu’un d’autre/)
  await look(page, problems)
  await page.goto(`${base}${place.space}/equipe`)
  await unfold(page, 'Changer le rôle ou les dates de Odile Administre')
  const hers = card(page, 'Odile Administre')
  await hers.getByLabel('Rôle').selectOption({ label: 'Rédaction' })
  await hers.getByRole('button', { name: 'Enregistrer' }).click()
  assert.match(await says(page), /dernier administrateur de l’équipe/)

  await page.goto(`${base}${place.space}/equipe`)
  await card(page, 'Hervé Sortant').locator('summary', { hasText: 'Un départ ?' }).click()
  await press(page, 'Retirer Hervé Sortant de l’équipe')
  await page.getByText('La personne ne fait plus partie de l’équipe.').waitFor()
  await within(5, 'somebody is out', () => isOut(other.page, place))
  await look(page, problems)
  await mailAbout(email, 'vous ne faites plus partie de l’équipe')
  await other.close()
})

journey('an association gets a delegation from a day to a day', async (page, problems, options) => {
  const place = freshPlace(22)
  await member(page, place, ['Odile', 'Administre'])
  const email = address('comite')
  const invite = async (until) => {
    await page.goto(`${base}${place.space}/equipe`)
    await page.fill('#invite-email', email)
    await choose(page, 'Rédaction')
    await page.fill('#invite-from_day', day(1))
    await page.fill('#invite-until_day', until)
    await page.fill('#invite-delegate_of', 'Comité de jumelage')
    await press(page, 'Envoyer l’invitation')
  }
  await invite('')
  assert.match(await page.title(), /^Erreur/)
  assert.equal(await page.inputValue('#invite-delegate_of'), 'Comité de jumelage')
  await look(page, problems)
  await invite(day(60))
  await page.getByText('L’invitation est partie.').waitFor()
  assert.match(await card(page, email).innerText(), /Comité de jumelage[\s\S]+Premier jour[\s\S]+Jusqu’au/)
  await look(page, problems)

  const other = await open(options)
  await accept(other.page, email, ['Maud', 'Déléguée'])
  assert.match(await says(other.page), /Agit pour\s+Comité de jumelage[\s\S]+Premier jour[\s\S]+Jusqu’au/)
  await isAbout(other.page, place.name)
  await look(other.page, other.problems)
  await page.reload()
  assert.match(await card(page, 'Maud Déléguée').innerText(), /Comité de jumelage[\s\S]+Premier jour[\s\S]+Jusqu’au/)
  await other.close()
})

journey('a newcomer takes the place of a colleague who has left, and the team says so', async (page, problems, options) => {
  const place = freshPlace(22)
  await member(page, place, ['Odile', 'Administre'])
  const [gone, comes] = [await open(options), await open(options)]
  const left = await member(gone.page, place, ['Paul', 'Parti'])
  const email = await agent(comes.page, place, ['Nadia', 'Nouvelle'])
  await unfold(comes.page, 'Aucun de ces moyens : demander à l’équipe déjà en place')
  await comes.page.fill('#request-replaces', 'Paul Parti')
  await comes.page.fill('#request-message', 'J’ai pris mon poste lundi.')
  await press(comes.page, 'Envoyer la demande')
  await comes.page.getByText(`à l’équipe de ${place.name}`).waitFor()
  await look(comes.page, comes.problems)

  await page.goto(`${base}${place.space}/demandes`)
  const hers = card(page, 'Nadia Nouvelle')
  assert.match(await hers.innerText(), /Je prends la suite de Paul Parti\.\s+J’ai pris mon poste lundi\./)
  await hers.locator('summary', { hasText: 'Accepter' }).click()
  await look(page, problems)
  await choose(hers, 'Rédaction')
  await hers.getByLabel('Collègue parti, à remplacer').selectOption({ label: 'Paul Parti (Rédaction)' })
  await press(page, 'Accepter avec ce rôle')
  await page.getByText('La demande est acceptée.').waitFor()
  await within(5, 'who has left is out', () => isOut(gone.page, place))
  await comes.page.goto(base + place.space)
  assert.match(await says(comes.page), /: Rédaction\b/)
  await mailAbout(left, 'Nadia Nouvelle prend votre suite')
  await mailAbout(email, 'votre demande est acceptée')
  await page.goto(`${base}${place.space}/equipe`)
  assert.equal(await card(page, 'Paul Parti').count(), 0)
  await Promise.all([gone.close(), comes.close()])
})

journey('an administrator finds a mail that was refused, and sends it again', async (page, problems) => {
  const place = freshPlace(22)
  await member(page, place, ['Odile', 'Administre'])
  // Servers refuse an address of 254 characters, though it can be written.
  const endless = `${'a'.repeat(64)}@${['b', 'c'].map((letter) => letter.repeat(63)).join('.')}.${'d'.repeat(49)}.example.org`
  assert.equal(endless.length, 254)
  await page.goto(`${base}${place.space}/equipe`)
  await page.fill('#invite-email', endless)
  await choose(page, 'Lecture')
  await press(page, 'Envoyer l’invitation')
  await page.getByText('L’invitation est partie.').waitFor()
  await look(page, problems)
  const refused = async () => {
    await page.goto(`${base}${place.space}/courriels?state=refuse`)
    return await page.getByRole('button', { name: 'Renvoyer' }).count() === 1 || says(page)
  }
  await within(60, 'the mail is refused', refused)
  assert.match(await page.locator('.case').innerText(), /Invitation dans une équipe[\s\S]+Refusé[\s\S]+a…a@/i)
  await look(page, problems)
  await press(page, 'Renvoyer')
  await page.getByText('Le courriel repart.').waitFor()
  await isAbout(page, place.name)
  await within(60, 'the mail is refused once more', refused)
})
