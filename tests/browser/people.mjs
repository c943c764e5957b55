// What people do on the pages for them, as every test of them begins.

import assert from 'node:assert/strict'
import { AxeBuilder } from '@axe-core/playwright'
import { codeIn, mailTo } from './mailbox.mjs'

export const password = 'tulipe garage lundi vapeur'
let made = 0

/** An address that nobody had before. */
export function address() {
  made += 1
  return `essai-${process.pid}-${made}@example.org`
}

/** What is on the screen fits it and broke no policy; and is accessible, at both widths, where axe can run: it needs scripts. */
export async function look(page, problems) {
  const screen = page.viewportSize()
  for (const size of page.scripted ? [screen, { width: 360, height: 740 }] : [screen]) {
    await page.setViewportSize(size)
    if (page.scripted) {
      const { violations } = await new AxeBuilder({ page }).analyze()
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`), [], page.url())
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    assert.equal(wide, 0, `${page.url()} is ${wide} pixels too wide at ${size.width}`)
  }
  await page.setViewportSize(screen)
  assert.deepEqual(problems, [], page.url())
}

export async function press(page, name) {
  await page.getByRole('button', { name, exact: true }).first().click()
}

export async function signUp(page, email, collectivite = 'La Croix-Helléan') {
  await page.goto(`${page.site}/`)
  await page.getByRole('main').getByRole('link', { name: 'Créer mon compte' }).click()
  await page.fill('#collectivite', collectivite)
  await page.fill('#first_name', 'Anne')
  await page.fill('#last_name', 'Essai')
  await page.fill('#function', 'secrétaire générale')
  await page.fill('#email', email)
  await page.fill('#password', password)
  await press(page, 'Créer mon compte')
  await page.waitForURL(/\/compte\/code$/)
}

export async function enterCode(page, email, count = 1) {
  await page.fill('#code', codeIn(await mailTo(email, count)))
  await press(page, 'Continuer')
}

export async function signIn(page, email, secret = password) {
  await page.goto(`${page.site}/connexion`)
  await page.fill('#email', email)
  await page.fill('#password', secret)
  await press(page, 'Se connecter')
}

/** An account whose address is proved, in a browser that is signed in. */
export async function member(page) {
  const email = address()
  await signUp(page, email)
  await enterCode(page, email)
  await page.waitForURL(/\/rejoindre$/)
  return email
}
