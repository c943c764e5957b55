// What a person does who has no mouse.

import assert from 'node:assert/strict'

/** Presses Tab until what has the focus reads so. */
export async function tabTo(page, wanted) {
  const seen = []
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab')
    const here = await page.evaluate(() => {
      const it = document.activeElement
      const { outlineStyle, outlineWidth } = getComputedStyle(it)
      return { name: it.labels?.[0]?.innerText ?? it.innerText, href: it.getAttribute('href'), ring: outlineStyle !== 'none' && outlineWidth !== '0px' }
    })
    assert.ok(here.ring, `nothing shows that the focus is on ${JSON.stringify(here)}`)
    if (wanted(here)) return
    seen.push(here.name)
  }
  assert.fail(`never reached; met ${seen.join(' | ')}`)
}
