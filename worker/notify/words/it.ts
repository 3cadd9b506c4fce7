import type { Words } from "./words.ts";

export const it: Words = {
  language: "it",
  name: "Italiano",
  draft: "Traduzione automatica, non ancora riveduta.",
  lists: {
    policy: {
      name: "Modifiche delle informative",
      wording:
        "Avvisatemi per e-mail prima che un’informativa cambi, con la modifica stessa. L’indirizzo non serve ad altro, e un clic vi pone fine.",
    },
    newsletter: {
      name: "Newsletter",
      wording:
        "Inviatemi la newsletter: notizie e offerte per e-mail. L’indirizzo non serve ad altro, e un clic vi pone fine.",
    },
  },
  letter: {
    changes_on: "{owner}: {title} cambia il {date}",
    called_off: "{owner}: {title} – la modifica del {date} è annullata",
    intro: "{title}: la versione {version} entra in vigore il {date}.",
    until_then: "Fino ad allora vale la versione attuale.",
    why: "Perché",
    nothing_to_do: "Questo è un avviso. Non chiede alcun consenso, e non rispondere non lo è.",
    what_changes: "Che cosa cambia",
    first_version: "È la prima versione: non ce n’è un’altra con cui confrontarla.",
    marks: "In questa lettera le parole tolte sono barrate e quelle aggiunte sono sottolineate.",
    translated: "Questa è una traduzione. Il testo autentico è in questa lingua: {language}.",
    whole_text: "Il testo intero",
    difference: "La modifica come pagina",
    history: "Tutte le versioni",
    called_off_intro:
      "Vi avevamo detto che la versione {version} ({title}) sarebbe entrata in vigore il {date}. Non sarà così: è annullata.",
    stays: "La versione in vigore resta in vigore.",
    as_member: "Ricevete questo messaggio perché avete un account con {owner}. Non è pubblicità.",
    as_subscriber:
      "Ricevete questo messaggio perché avete chiesto di sapere quando un’informativa di {owner} cambia. Non è pubblicità.",
    as_reader: "Ricevete questo messaggio perché avete chiesto la newsletter di {owner}.",
    as_tester: "Questa è una prova. Nella newsletter di {owner} l’uscita dalla lista è qui.",
    leave: "Non avvisatemi più",
    checkpoint:
      "L’ultimo checkpoint del registro pubblico all’invio. Chi lo confronta vede se a tutti è stato detto lo stesso:",
    please_confirm: "Confermate, per favore: {list} – {owner}",
    somebody_asked:
      "Qualcuno, probabilmente voi, ci ha chiesto di scrivere a questo indirizzo. {list} – {owner}:",
    confirm_link: "Confermare sulla nostra pagina",
    confirm_closing:
      "Il link vale tre giorni. Non avete chiesto nulla? Non fate nulla: senza conferma l’indirizzo viene cancellato.",
  },
  page: {
    skip: "Vai al testo",
    privacy: "Informativa sulla privacy",
    versions: "Tutte le versioni",
    languages: "Lingue",
    first_a_mail: "Prima inviamo un’e-mail con un link: solo chi legge quella casella può confermare.",
    email: "E-mail",
    bad_email: "Non è un indirizzo e-mail come asha@example.com.",
    subscribe: "Iscriversi",
    look: "Guardate nella vostra casella",
    on_its_way:
      "Se questo indirizzo non è ancora nella lista, un’e-mail è in arrivo. Il suo link vale tre giorni.",
    confirm: "Confermate la vostra iscrizione",
    confirm_button: "Sì, iscrivetemi",
    asked_for_nothing:
      "Non avete chiesto nulla? Chiudete questa pagina: senza conferma l’indirizzo è cancellato entro tre giorni.",
    subscribed: "Siete iscritti",
    can_leave: "Ogni e-mail ha un link per uscire, con un clic.",
    leave: "Lasciare questa lista",
    leave_means: "Non riceverete più queste e-mail, e l’indirizzo viene cancellato.",
    leave_button: "Disiscriversi",
    left: "Avete lasciato la lista",
    left_means: "L’indirizzo è cancellato. Ciò che abbiamo inviato prima resta com’era.",
    broken: "Questo link non funziona",
    broken_means: "È scaduto, sostituito da uno più recente, o incompleto. Copiatelo di nuovo dall’e-mail.",
    again: "Iscriversi di nuovo",
  },
};
