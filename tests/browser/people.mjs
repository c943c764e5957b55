// What people do on every journey, and what is looked at on every page they meet.

import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { codeIn, hasMailbox, longCodeIn, mailTo, mailsTo, plain } from './mailbox.mjs'
import { open } from './site.mjs'

export const password = 'tulipe garage lundi vapeur'
/** Where a picture of each page that is looked at is kept; nowhere without it. */
const pictures = process.env.ATLAS_PICTURES
let made = 0
let taken = 0

/** An address that nobody had before. */
export function address(who = 'essai') {
  made += 1
  return `${who}-${process.pid}-${made}@example.org`
}

/** Each way somebody comes: the same journey has to go both. */
export const ways = [
  { name: 'scripts on, 1280 pixels', options: { javaScriptEnabled: true, viewport: { width: 1280, height: 900 } } },
  { name: 'scripts off, 360 pixels', options: { javaScriptEnabled: false, viewport: { width: 360, height: 740 } } }
]

/** A journey of one person, both ways; `options` opens a browser for somebody else, and `asks` is what it cannot do without. */
export function journey(title, walk, asks = {}) {
  const missing = { ATLAS_MAIL_PAGE: hasMailbox, ...asks }
  const skip = Object.keys(missing).filter((name) => !missing[name]).map((name) => `${name} is not set`)[0]
  for (const { name, options } of ways) {
    test(`${title}, ${name}`, { skip: skip ?? false }, async () => {
      const { page, problems, close } = await open(options)
      try {
        await walk(page, problems, options)
      } catch (error) {
        if (pictures) await picture(page, 'failed')
        throw error
      }
      await close()
    })
  }
}

async function picture(page, mark = '') {
  mkdirSync(pictures, { recursive: true })
  taken += 1
  const where = new URL(page.url()).pathname.replaceAll('/', '-').slice(1, 60)
  const name = `${process.pid}-${String(taken).padStart(3, '0')}-${page.viewportSize().width}-${where}${mark}.png`
  await page.screenshot({ path: join(pictures, name), fullPage: true })
}

/**
 * What is on the screen fits it, broke no policy and has its headings in order; and is accessible, at both widths, where axe can
 * run: it needs scripts.
 */
export async function look(page, problems) {
  const screen = page.viewportSize()
  for (const size of page.scripted ? [screen, { width: 360, height: 740 }] : [screen]) {
    await page.setViewportSize(size)
    if (pictures) await picture(page)
    if (page.scripted) {
      const { violations } = await new AxeBuilder({ page }).analyze()
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`), [], page.url())
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    assert.equal(wide, 0, `${page.url()} is ${wide} pixels too wide at ${size.width}`)
  }
  await page.setViewportSize(screen)
  const levels = await page.$$eval('h1, h2, h3, h4, h5, h6', (all) => all.map((heading) => Number(heading.tagName[1])))
  assert.equal(levels.filter((level) => level === 1).length, 1, `${page.url()} has headings ${levels}`)
  assert.ok(levels.every((level, n) => level <= (levels[n - 1] ?? 0) + 1), `${page.url()} has headings ${levels}`)
  assert.deepEqual(problems, [], page.url())
}

/** What the page says, with plain spaces. */
export async function says(page) {
  return plain(await page.innerText('main'))
}

/** The collectivité's name is in sight above the page, and its tab says it too. */
export async function isAbout(page, name) {
  assert.equal(await page.innerText('.scope__name'), name)
  assert.ok((await page.title()).includes(name), await page.title())
}

export async function press(page, name) {
  await page.getByRole('button', { name, exact: true }).first().click()
}

/** Opens what is behind these words, where it is not open. */
export async function unfold(page, words) {
  const summary = page.locator('summary', { hasText: words }).first()
  if (await summary.evaluate((it) => !it.parentElement.open)) await summary.click()
}

/** Chooses one of several answers that are all in sight, by its words. */
export async function choose(within, words) {
  await within.locator('.fr-radio-group label', { hasText: words }).click()
}

/** The part of a list that is about somebody. */
export function card(page, title) {
  return page.locator('.case', { has: page.getByRole('heading', { name: title }) })
}

export async function signUp(page, email, collectivite = 'La Croix-Helléan', [first, last] = ['Anne', 'Essai']) {
  await page.goto(`${page.site}/`)
  await page.getByRole('main').getByRole('link', { name: 'Créer mon compte' }).click()
  await page.fill('#collectivite', collectivite)
  await fillPerson(page, first, last)
  await page.fill('#email', email)
  await page.fill('#password', password)
  await press(page, 'Créer mon compte')
  await page.waitForURL(/\/compte\/code$/)
}

export async function fillPerson(page, first, last) {
  await page.fill('#first_name', first)
  await page.fill('#last_name', last)
  await page.fill('#function', 'secrétaire générale')
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

/** An account whose address is proved, in a browser that is signed in; it acts for nobody yet. */
export async function agent(page, place, who = ['Anne', 'Essai']) {
  const email = address()
  await signUp(page, email, place?.insee, who)
  await enterCode(page, email)
  await page.waitForURL(/\/rejoindre$/)
  return email
}

/** The same, and a member of a collectivité by the code of its official address; the first one is its administrator. */
export async function member(page, place, who) {
  const email = await agent(page, place, who)
  const before = (await mailsTo(place.official)).length
  await page.getByRole('button', { name: 'Recevoir un code à l’adresse officielle' }).click()
  await page.waitForURL(/\/rejoindre$/)
  await page.fill('#code-code', longCodeIn(await mailTo(place.official, before + 1)))
  await press(page, 'Continuer')
  await page.waitForURL(new RegExp(`${place.space}$`))
  return email
}
