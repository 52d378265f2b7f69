/* A passkey is asked of the device by the script of the package; what fails is said in words. */
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-passkey]");
  const field = form && form.elements.credential;
  if (!field) return;
  const ids = { add: "passkey", authenticate: "passkey", credential: field.id, data: "js_data" };
  window.allauth.webauthn.forms[form.dataset.passkey]({ ids });
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    document.getElementById("live").textContent = form.dataset.failed;
  });
});
