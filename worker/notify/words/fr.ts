import type { Words } from "./words.ts";

export const fr: Words = {
  language: "fr",
  name: "Français",
  draft: "Traduction automatique, pas encore relue.",
  lists: {
    policy: {
      name: "Changements des politiques",
      wording:
        "Prévenez-moi par e-mail avant qu’une politique change, avec le changement lui-même. L’adresse ne sert à rien d’autre, et un clic y met fin.",
    },
    newsletter: {
      name: "Lettre d’information",
      wording:
        "Envoyez-moi la lettre d’information : des nouvelles et des offres par e-mail. L’adresse ne sert à rien d’autre, et un clic y met fin.",
    },
  },
  letter: {
    changes_on: "{owner} : {title} change le {date}",
    called_off: "{owner} : {title} – le changement du {date} est annulé",
    intro: "{title} : la version {version} prend effet le {date}.",
    until_then: "Jusque-là, la version actuelle s’applique.",
    why: "Pourquoi",
    nothing_to_do: "Ceci est un avis. Il ne demande aucun consentement, et ne pas répondre n’en est pas un.",
    what_changes: "Ce qui change",
    first_version: "C’est la première version : il n’y en a pas d’autre à laquelle la comparer.",
    marks: "Dans cette lettre, les mots retirés sont barrés et les mots ajoutés sont soulignés.",
    translated: "Ceci est une traduction. Le texte qui fait foi est dans cette langue : {language}.",
    whole_text: "Le texte entier",
    difference: "Le changement sur une page",
    history: "Toutes les versions",
    called_off_intro:
      "Nous vous avions dit que la version {version} ({title}) prendrait effet le {date}. Ce ne sera pas le cas : elle est annulée.",
    stays: "La version en vigueur le reste.",
    as_member: "Vous recevez ceci parce que vous avez un compte chez {owner}. Ce n’est pas de la publicité.",
    as_subscriber:
      "Vous recevez ceci parce que vous avez demandé à être prévenu quand une politique de {owner} change. Ce n’est pas de la publicité.",
    as_reader: "Vous recevez ceci parce que vous avez demandé la lettre d’information de {owner}.",
    as_tester: "Ceci est un essai. Dans la lettre de {owner}, le lien pour quitter la liste est ici.",
    leave: "Ne plus me prévenir",
    checkpoint:
      "Le dernier point de contrôle du journal public à l’envoi. Qui le compare voit si la même chose a été dite à tous :",
    please_confirm: "Merci de confirmer : {list} – {owner}",
    somebody_asked: "Quelqu’un, sans doute vous, nous a demandé d’écrire à cette adresse. {list} – {owner} :",
    confirm_link: "Confirmer sur notre page",
    confirm_closing:
      "Le lien est valable trois jours. Vous n’avez rien demandé ? Ne faites rien : sans confirmation, l’adresse est effacée.",
  },
  page: {
    skip: "Aller au texte",
    privacy: "Politique de confidentialité",
    versions: "Toutes les versions",
    languages: "Langues",
    first_a_mail:
      "Nous envoyons d’abord un e-mail avec un lien : seule la personne qui lit cette boîte peut confirmer.",
    email: "E-mail",
    bad_email: "Ce n’est pas une adresse e-mail comme asha@example.com.",
    subscribe: "S’abonner",
    look: "Regardez votre boîte",
    on_its_way:
      "Si cette adresse n’est pas encore sur la liste, un e-mail est en route. Son lien est valable trois jours.",
    confirm: "Confirmez votre abonnement",
    confirm_button: "Oui, abonnez-moi",
    asked_for_nothing:
      "Vous n’avez rien demandé ? Fermez cette page : sans confirmation, l’adresse est effacée dans les trois jours.",
    subscribed: "Vous êtes abonné",
    can_leave: "Chaque e-mail contient un lien pour repartir, en un clic.",
    leave: "Quitter cette liste",
    leave_means: "Vous ne recevrez plus ces e-mails, et l’adresse est effacée.",
    leave_button: "Se désabonner",
    left: "Vous avez quitté la liste",
    left_means: "L’adresse est effacée. Ce que nous avons envoyé avant reste tel quel.",
    broken: "Ce lien ne fonctionne pas",
    broken_means:
      "Il a expiré, a été remplacé par un plus récent, ou n’est pas complet. Copiez-le à nouveau depuis l’e-mail.",
    again: "S’abonner à nouveau",
  },
};
