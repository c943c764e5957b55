// The browser and the site that all tests share.

import { after, before } from 'node:test'
import { chromium } from 'playwright-core'

/** Where the site is: tests/run starts it and says so. */
export const base = process.env.ATLAS_URL?.replace(/\/$/, '')
if (!base) throw new Error('ATLAS_URL is not set: run the tests by tests/run, which starts the site')

/** The same site under its name: browsers give passkeys to names only. */
export const named = base.replace('127.0.0.1', 'localhost')

/** One of each kind of page, in French; English is under /en. */
export const pages = [
  '/',
  '/recherche',
  '/recherche?q=saint-denis',
  '/recherche?q=marseile',
  '/recherche?q=xyzzyxyz',
  '/collectivites/213502388',
  '/collectivites/243500139',
  '/regions/53',
  '/departements/35',
  '/departements/62?page=2',
  '/pays/DE',
  '/odd/6',
  '/plan-du-site',
  '/accessibilite',
  '/donnees-personnelles',
  '/nulle-part',
  '/compte/creer',
  '/connexion',
  '/compte/recuperer',
  '/compte/recuperer/collectivite',
  '/collectivite-absente',
  '/deconnexion'
]

export const inBoth = pages.flatMap((path) => [path, path === '/' ? '/en' : `/en${path}`])

let browser

before(async () => {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
})

after(() => browser?.close())

/** A page of its own, which notes what the browser refuses and what fails. */
export async function open({ site = base, ...options } = {}) {
  const context = await browser.newContext({ locale: 'fr-FR', ...options })
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  page.site = site
  page.scripted = options.javaScriptEnabled !== false
  const problems = []
  page.on('console', (message) => {
    const text = message.text()
    // The page of an error, of something that is not possible, or of a form to be corrected, is loaded with that status: the browser says so.
    if (message.type() === 'error' && !/status of (404|409|410|422)/.test(text)) problems.push(text)
  })
  page.on('pageerror', (error) => problems.push(String(error)))
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`))
  })
  return { page, problems, close: () => context.close() }
}
