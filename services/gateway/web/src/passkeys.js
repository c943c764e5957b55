// Passkeys: asks the authenticator what the page says, and sends what it answers. Without this its forms stay hidden, and the page
// names another way.

function bytes(text) {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))
}

function letters(buffer) {
  const text = btoa(String.fromCharCode(...new Uint8Array(buffer)))
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** What the page says, as browsers take it. */
function asked({ challenge, user, excludeCredentials = [], ...rest }) {
  const publicKey = { ...rest, challenge: bytes(challenge) }
  if (user) {
    publicKey.user = { ...user, id: bytes(user.id) }
    publicKey.excludeCredentials = excludeCredentials.map((known) => ({ ...known, id: bytes(known.id) }))
  }
  return { publicKey }
}

/** What the authenticator answers, as the site takes it. */
function said(credential) {
  const { id, type, authenticatorAttachment, response } = credential
  const parts = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']
  const given = parts.filter((part) => response[part]).map((part) => [part, letters(response[part])])
  const made = 'attestationObject' in response ? { transports: response.getTransports?.() ?? [] } : {}
  const clientExtensionResults = credential.getClientExtensionResults()
  return { id, rawId: id, type, authenticatorAttachment, clientExtensionResults, response: { ...Object.fromEntries(given), ...made } }
}

/** What happened, by the name of what is said about it. A browser does not tell whether somebody cancelled or nobody came. */
function happened(error, late) {
  switch (error.name) {
    case 'NotAllowedError':
    case 'AbortError': return late ? 'late' : 'cancelled'
    case 'TimeoutError': return 'late'
    case 'InvalidStateError': return 'known'
    case 'NotSupportedError':
    case 'SecurityError': return 'unsupported'
    default: return 'failed'
  }
}

for (const place of document.querySelectorAll('[data-passkey]')) {
  if (!window.PublicKeyCredential) continue
  const form = place.querySelector('form')
  const problem = place.querySelector('[data-problem]')
  place.querySelector('[data-without]').hidden = true
  form.hidden = false
  if (!place.dataset.options) continue

  const options = JSON.parse(place.dataset.options)
  const until = performance.now() + options.timeout
  let asking = false
  const ask = async () => {
    if (asking) return
    asking = true
    problem.hidden = true
    try {
      form.elements.credential.value = JSON.stringify(said(await navigator.credentials[place.dataset.passkey](asked(options))))
      form.submit()
    } catch (error) {
      problem.querySelector('p').textContent = place.dataset[happened(error, performance.now() >= until)]
      problem.hidden = false
      asking = false
    }
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    ask()
  })
  // The button that led here asked for it already.
  ask()
}
