// From a new member to a changed public page: a partner is added, an action and a project with it, and everybody reads them.

import assert from 'node:assert/strict'
import { journey, look, member, press, says } from './people.mjs'
import { freshPlace } from './places.mjs'
import { base } from './site.mjs'

let made = 0

/** Opens a public page again and again until it says what is to become public, within ten seconds. */
async function shows(page, path, words) {
  const until = Date.now() + 10_000
  for (;;) {
    await page.goto(base + path)
    const text = await page.locator('main').innerText()
    if (text.includes(words)) return text
    if (Date.now() > until) assert.fail(`${path} does not say “${words}”: ${text}`)
  }
}

journey('an agent adds a partner, an action and a project, corrects it, and everybody reads it', async (page, problems) => {
  made += 1
  const [place, town, title] = [freshPlace(35), `Bourg-Essai-${process.pid}-${made}`, `Eau pour l’école ${made}`]
  await member(page, place, ['Anne', 'Essai'])
  await page.getByRole('main').getByRole('link', { name: 'Actions extérieures' }).click()
  await look(page, problems)

  await page.goto(`${base}${place.space}/actions/nouvelle`)
  await page.selectOption('#find-country', 'ML')
  await page.fill('#find-partner', town)
  await press(page, 'Chercher')
  await page.locator('details summary').last().click()
  await page.click('label[for="new-level-1"]')
  await look(page, problems)
  await press(page, 'Ajouter ce partenaire')
  await page.waitForURL(/partner_id=/)

  await press(page, 'Enregistrer et publier')
  await page.getByRole('main').getByRole('link', { name: /début/ }).first().waitFor()
  await page.click('label[for="framework-1"]')
  await page.click('label[for="twinning-2"]')
  await page.fill('#start_year', '2019')
  await page.click('label[for="standing-1"]')
  await page.fill('#object', 'Un forage et sa pompe')
  await look(page, problems)
  await press(page, 'Enregistrer et publier')
  await page.waitForURL(/\/actions\/[0-9a-f-]{36}$/)
  await look(page, problems)
  const action = page.url()
  await shows(page, place.space.replace('/espace/', '/collectivites/'), town)

  await page.goto(`${base}${place.space}/projets/nouveau`)
  await page.fill('#title', title)
  await page.click('label[for="partnerships-1"]')
  await page.selectOption('#theme_1', { index: 1 })
  await page.click('label[for="progress-2"]')
  await look(page, problems)
  await press(page, 'Enregistrer et publier')
  await page.waitForURL(/\/projets\/[0-9a-f-]{36}$/)
  await shows(page, new URL(page.url()).pathname.replace(/^.*\/projets\//, '/projets/'), title)

  await page.goto(action)
  await page.fill('#start_year', '2016')
  await press(page, 'Enregistrer et publier')
  await page.waitForURL(/\/actions\/[0-9a-f-]{36}$/)
  assert.match(await says(page), /2016/)
  await shows(page, place.space.replace('/espace/', '/collectivites/'), 'depuis 2016')

  for (const part of ['actions', 'projets', 'fiche', 'contacts', 'reseaux']) {
    await page.goto(`${base}${place.space}/${part}`)
    await look(page, problems)
  }
})
