// Firefox, where it is installed: the pages that everybody passes, with their cookies.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import puppeteer from 'puppeteer-core'
import { base } from './site.mjs'

const executablePath = process.env.FIREFOX ?? '/usr/bin/firefox-esr'

test('somebody gets as far as the mailbox, and is told what is wrong, in Firefox', { skip: !existsSync(executablePath) && 'no Firefox' }, async () => {
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true })
  try {
    const page = await browser.newPage()
    await page.setViewport({ width: 360, height: 740 })
    const read = () => page.$eval('main', (main) => main.innerText)
    const send = (button) => Promise.all([page.waitForNavigation(), page.click(button)])

    await page.goto(`${base}/connexion`)
    await page.type('#email', 'personne@example.org')
    await page.type('#password', 'quatre mots sans rapport')
    await page.click('.reveal')
    assert.equal(await page.$eval('#password', (field) => field.type), 'text')
    await send('button[value="sign-in"]')
    assert.match(await read(), /L’adresse ou le mot de passe ne convient pas/)
    assert.equal(await page.$eval('#email', (field) => field.value), 'personne@example.org')

    await page.goto(`${base}/compte/recuperer`)
    await page.type('#email', 'personne@example.org')
    await send('main form .fr-btn')
    assert.match(page.url(), /\/compte\/code$/)
    assert.match(await read(), /Si un compte existe avec l’adresse personne@example\.org/)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    assert.ok(wide <= 0, `${wide} pixels too wide`)
  } finally {
    await browser.close()
  }
})
