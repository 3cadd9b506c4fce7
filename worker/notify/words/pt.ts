import type { Words } from "./words.ts";

export const pt: Words = {
  language: "pt",
  name: "Português",
  draft: "Tradução automática, ainda não revista.",
  lists: {
    policy: {
      name: "Alterações das políticas",
      wording:
        "Avisem-me por e-mail antes de uma política mudar, com a própria alteração. O endereço não serve para mais nada, e um clique termina isto.",
    },
    newsletter: {
      name: "Boletim",
      wording:
        "Enviem-me o boletim: novidades e ofertas por e-mail. O endereço não serve para mais nada, e um clique termina isto.",
    },
  },
  letter: {
    changes_on: "{owner}: {title} muda em {date}",
    called_off: "{owner}: {title} – a alteração de {date} foi cancelada",
    intro: "{title}: a versão {version} entra em vigor em {date}.",
    until_then: "Até lá vale a versão atual.",
    why: "Porquê",
    nothing_to_do: "Isto é um aviso. Não pede consentimento, e não responder não o é.",
    what_changes: "O que muda",
    first_version: "É a primeira versão: não há outra anterior com que a comparar.",
    marks: "Nesta carta, as palavras retiradas estão riscadas e as acrescentadas, sublinhadas.",
    translated: "Isto é uma tradução. O texto autêntico está nesta língua: {language}.",
    whole_text: "O texto inteiro",
    difference: "A alteração numa página",
    history: "Todas as versões",
    called_off_intro:
      "Dissemos que a versão {version} ({title}) entraria em vigor em {date}. Não será assim: foi cancelada.",
    stays: "A versão em vigor continua em vigor.",
    as_member: "Recebe isto porque tem uma conta em {owner}. Não é publicidade.",
    as_subscriber:
      "Recebe isto porque pediu para ser avisado quando uma política de {owner} mudar. Não é publicidade.",
    as_reader: "Recebe isto porque pediu o boletim de {owner}.",
    as_tester: "Isto é um teste. No boletim de {owner} a saída da lista está aqui.",
    leave: "Não me avisem mais",
    checkpoint:
      "O último ponto de controlo do registo público no envio. Quem o comparar vê se a todos foi dito o mesmo:",
    please_confirm: "Confirme, por favor: {list} – {owner}",
    somebody_asked:
      "Alguém, provavelmente você, pediu-nos que escrevêssemos para este endereço. {list} – {owner}:",
    confirm_link: "Confirmar na nossa página",
    confirm_closing:
      "A ligação vale três dias. Não pediu nada? Não faça nada: sem confirmação o endereço é apagado.",
  },
  page: {
    skip: "Ir para o texto",
    privacy: "Política de privacidade",
    versions: "Todas as versões",
    languages: "Línguas",
    first_a_mail: "Primeiro enviamos um e-mail com uma ligação: só quem lê essa caixa pode confirmar.",
    email: "E-mail",
    bad_email: "Não é um endereço de e-mail como asha@example.com.",
    subscribe: "Subscrever",
    look: "Veja a sua caixa de correio",
    on_its_way:
      "Se este endereço ainda não está na lista, um e-mail vai a caminho. A ligação vale três dias.",
    confirm: "Confirme a sua subscrição",
    confirm_button: "Sim, inscrevam-me",
    asked_for_nothing:
      "Não pediu nada? Feche esta página: sem confirmação o endereço é apagado em três dias.",
    subscribed: "Está inscrito",
    can_leave: "Cada e-mail tem uma ligação para sair, com um clique.",
    leave: "Sair desta lista",
    leave_means: "Não receberá mais estes e-mails, e o endereço é apagado.",
    leave_button: "Cancelar a subscrição",
    left: "Saiu da lista",
    left_means: "O endereço foi apagado. O que enviámos antes fica como estava.",
    broken: "Esta ligação não funciona",
    broken_means:
      "Expirou, foi substituída por outra mais nova ou está incompleta. Copie-a de novo do e-mail.",
    again: "Subscrever de novo",
  },
};
