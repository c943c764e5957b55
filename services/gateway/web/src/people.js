// Pages for people work without this: it only shows a password that is typed, puts the focus where there is something to
// correct, and keeps a form from being sent twice.

for (const field of document.querySelectorAll('input[data-show]')) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'reveal'
  button.textContent = field.dataset.show
  button.setAttribute('aria-controls', field.id)
  button.setAttribute('aria-pressed', 'false')
  button.addEventListener('click', () => {
    const shown = field.type === 'password'
    field.type = shown ? 'text' : 'password'
    button.textContent = shown ? field.dataset.hide : field.dataset.show
    button.setAttribute('aria-pressed', String(shown))
    field.focus()
  })
  field.after(button)
}

document.querySelector('#problems, #proposal')?.focus()

for (const form of document.querySelectorAll('form[method="post"]')) {
  let sent = false
  form.addEventListener('submit', (event) => {
    if (sent) event.preventDefault()
    sent = true
    // A file that is downloaded leaves the page where it is.
    setTimeout(() => { sent = false }, 5000)
  })
}
