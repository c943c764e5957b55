import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tabTo } from './keyboard.mjs'
import { base, open } from './site.mjs'

for (const javaScriptEnabled of [true, false]) {
  test(`a visitor finds a collectivité with the keyboard alone, scripts ${javaScriptEnabled ? 'on' : 'off'}`, async () => {
    const { page, problems, close } = await open({ javaScriptEnabled })
    await page.goto(`${base}/`)
    await tabTo(page, ({ href }) => href === '#content')
    await page.keyboard.press('Enter')
    await tabTo(page, ({ name }) => name?.includes('Rechercher une collectivité'))
    await page.keyboard.type('renes')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/recherche\?q=renes$/)
    assert.equal(await page.inputValue('#q'), 'renes')
    await tabTo(page, ({ name }) => name === 'Rennes')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/collectivites\/213502388$/)
    assert.equal(await page.innerText('h1'), 'Rennes')
    await tabTo(page, ({ href }) => href === '/en/collectivites/213502388')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/en\/collectivites\/213502388$/)
    assert.equal(await page.getAttribute('html', 'lang'), 'en')
    assert.deepEqual(problems, [])
    await close()
  })
}

test('the trail leads back', async () => {
  const { page, close } = await open()
  await page.goto(`${base}/collectivites/213502388`)
  await page.click('.fr-breadcrumb >> text=Ille-et-Vilaine')
  assert.match(page.url(), /\/departements\/35$/)
  await page.click('.fr-breadcrumb >> text=Bretagne')
  assert.match(page.url(), /\/regions\/53$/)
  await page.click('.fr-breadcrumb >> text=Accueil')
  assert.equal(page.url(), `${base}/`)
  await close()
})
