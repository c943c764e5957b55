// Builds web/dist: the design system reduced to what the templates use, our own styles, images; each file with a
// fingerprint in its name, compressed once and for all, and listed in manifest.json under its name in the sources.

import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { transform } from 'lightningcss'
import { PurgeCSS } from 'purgecss'

const here = dirname(fileURLToPath(import.meta.url))
const dsfr = join(here, 'node_modules/@gouvfr/dsfr/dist')
const components = ['link', 'button', 'form', 'input', 'breadcrumb', 'pagination', 'alert', 'badge', 'table', 'skiplink', 'radio', 'select']
/** What pages for people load, as one file. */
const scripts = ['people.js', 'passkeys.js']
const fonts = { Regular: 400, Medium: 500, Bold: 700 }
const browsers = { chrome: 105 << 16, firefox: 105 << 16, safari: (15 << 16) | (4 << 8) }

/** The files of dist, by their name in the sources. */
const manifest = {}
const dist = join(here, 'dist')
const aside = join(here, 'dist.new')

function main() {
  rmSync(aside, { recursive: true, force: true })
  mkdirSync(aside)
  return styles().then(() => {
    put('people.js', Buffer.concat(scripts.map((name) => readFileSync(join(here, 'src', name)))))
    put('icon.svg', readFileSync(join(here, 'src/icon.svg')))
    writeFileSync(join(aside, 'manifest.json'), JSON.stringify(manifest, null, 2))
    rmSync(dist, { recursive: true, force: true })
    renameSync(aside, dist)
    for (const [name, file] of Object.entries(manifest)) console.log(`${name} → ${file}`)
  })
}

async function styles() {
  const system = ['core/core', ...components.map((name) => `component/${name}/${name}`)]
  const raw = system.map((name) => readFileSync(join(dsfr, `${name}.main.css`), 'utf8')).join('\n') + own('app.css')
  const css = withoutFonts(raw)
  put('app.css', minified('app.css', inlined(await purged(css))))
  put('state.css', minified('state.css', await state()))
}

/** What only a site of the State may show: its typeface and its brand block. */
async function state() {
  const faces = Object.entries(fonts).map(([name, weight]) => {
    const file = put(`Marianne-${name}.woff2`, readFileSync(join(dsfr, `fonts/Marianne-${name}.woff2`)))
    return `@font-face { font-family: Marianne; src: url("${file}") format("woff2"); font-weight: ${weight}; font-display: swap; }`
  })
  const logo = readFileSync(join(dsfr, 'component/logo/logo.main.css'), 'utf8')
  return [...faces, ':root { --site-font: Marianne, arial, sans-serif; }', inlined(await purged(withoutFonts(logo)))].join('\n')
}

function own(name) {
  return `\n${readFileSync(join(here, 'src', name), 'utf8')}`
}

/** The State's typeface is not for everybody: the family becomes a property that state.css sets. */
function withoutFonts(css) {
  return css.replace(/@font-face\s*{[^}]*}/g, '').replace(/font-family:\s*"?Marianne"?[^;}]*/g, 'font-family: var(--site-font)')
}

/** Leaves the rules and properties that some template uses. */
async function purged(css) {
  const templates = join(here, '../templates')
  const content = readdirSync(templates, { recursive: true }).filter((file) => extname(file) === '.html').map((file) => join(templates, file))
  content.push(...scripts.map((name) => join(here, 'src', name)))
  // The kind of a notice is written by the page.
  const safelist = [/^fr-alert--(info|success|warning|error)$/]
  const [{ css: left }] = await new PurgeCSS().purge({ content, safelist, css: [{ raw: css }], variables: true, keyframes: true, fontFace: true })
  return left
}

/** Small images become part of the style sheet. */
function inlined(css) {
  return css.replace(/url\("?((?:\.\.\/)*(?:icons|artwork)\/[^")]+\.svg)"?\)/g, (_, path) => {
    const svg = readFileSync(join(dsfr, path.replace(/^(\.\.\/)*/, '')))
    return `url("data:image/svg+xml;base64,${svg.toString('base64')}")`
  })
}

function minified(filename, css) {
  return Buffer.from(transform({ filename, code: Buffer.from(css), minify: true, targets: browsers, errorRecovery: true }).code)
}

/** Writes a file under a name that says what is in it, plain and compressed; gives that name. */
function put(source, bytes) {
  const kind = extname(source)
  const name = `${basename(source, kind)}.${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}${kind}`
  writeFileSync(join(aside, name), bytes)
  if (kind !== '.woff2') {
    writeFileSync(join(aside, `${name}.br`), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }))
    writeFileSync(join(aside, `${name}.gz`), gzipSync(bytes, { level: 9 }))
  }
  manifest[source] = name
  return name
}

await main()
