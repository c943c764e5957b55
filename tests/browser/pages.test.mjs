import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { base, inBoth, open } from './site.mjs'

const screens = { desktop: { width: 1280, height: 900 }, telephone: { width: 360, height: 740 } }

test('every kind of page is accessible, fits the screen and breaks no policy', { concurrency: 2 }, async (t) => {
  await Promise.all(Object.entries(screens).map(async ([screen, viewport]) => {
    const { page, problems, close } = await open({ viewport })
    for (const path of inBoth) {
      await t.test(`${path} on a ${screen}`, async () => {
        await page.goto(base + path)
        const { violations } = await new AxeBuilder({ page }).analyze()
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)
        assert.deepEqual(found, [])
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
        assert.equal(wide, 0, `${wide} pixels too wide`)
        assert.deepEqual(problems, [])
      })
    }
    await close()
  }))
})

test('a page is the same without scripts', async () => {
  const [on, off] = [await open(), await open({ javaScriptEnabled: false })]
  for (const path of ['/', '/recherche?q=rennes', '/en/collectivites/213502388']) {
    await on.page.goto(base + path)
    await off.page.goto(base + path)
    assert.equal(await off.page.innerText('main'), await on.page.innerText('main'), path)
  }
  await Promise.all([on.close(), off.close()])
})

test('text can be twice as large', async () => {
  const { page, close } = await open({ viewport: { width: 640, height: 900 }, deviceScaleFactor: 2 })
  for (const path of ['/', '/collectivites/213502388', '/regions/53']) {
    await page.goto(base + path)
    await page.evaluate(() => { document.documentElement.style.setProperty('font-size', '200%') })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    assert.ok(wide <= 0, `${path} is ${wide} pixels too wide`)
  }
  await close()
})
