import type { Words } from "./words.ts";

export const es: Words = {
  language: "es",
  name: "Español",
  draft: "Traducción automática, aún sin revisar.",
  lists: {
    policy: {
      name: "Cambios de las políticas",
      wording:
        "Avísenme por correo antes de que cambie una política, con el propio cambio. La dirección no se usa para nada más, y un clic lo termina.",
    },
    newsletter: {
      name: "Boletín",
      wording:
        "Envíenme el boletín: noticias y ofertas por correo. La dirección no se usa para nada más, y un clic lo termina.",
    },
  },
  letter: {
    changes_on: "{owner}: {title} cambia el {date}",
    called_off: "{owner}: {title} – el cambio del {date} queda anulado",
    intro: "{title}: la versión {version} entra en vigor el {date}.",
    until_then: "Hasta entonces rige la versión actual.",
    why: "Por qué",
    nothing_to_do: "Esto es un aviso. No pide consentimiento, y no responder no lo es.",
    what_changes: "Qué cambia",
    first_version: "Es la primera versión: no hay otra anterior con la que compararla.",
    marks: "En esta carta, las palabras quitadas están tachadas y las añadidas, subrayadas.",
    translated: "Esto es una traducción. El texto auténtico está en este idioma: {language}.",
    whole_text: "El texto completo",
    difference: "El cambio en una página",
    history: "Todas las versiones",
    called_off_intro:
      "Le dijimos que la versión {version} ({title}) entraría en vigor el {date}. No será así: queda anulada.",
    stays: "La versión vigente sigue en vigor.",
    as_member: "Recibe esto porque tiene una cuenta en {owner}. No es publicidad.",
    as_subscriber:
      "Recibe esto porque pidió que le avisáramos cuando cambie una política de {owner}. No es publicidad.",
    as_reader: "Recibe esto porque pidió el boletín de {owner}.",
    as_tester: "Esto es una prueba. En el boletín de {owner} aquí está la salida de la lista.",
    leave: "No avisarme más",
    checkpoint:
      "El último punto de control del registro público al enviar. Quien lo compare verá si a todos se les dijo lo mismo:",
    please_confirm: "Por favor, confirme: {list} – {owner}",
    somebody_asked: "Alguien, probablemente usted, nos pidió escribir a esta dirección. {list} – {owner}:",
    confirm_link: "Confirmar en nuestra página",
    confirm_closing:
      "El enlace vale tres días. ¿No pidió nada? No haga nada: sin confirmación se borra la dirección.",
  },
  page: {
    skip: "Ir al texto",
    privacy: "Política de privacidad",
    versions: "Todas las versiones",
    languages: "Idiomas",
    first_a_mail: "Primero enviamos un correo con un enlace: solo quien lee ese buzón puede confirmar.",
    email: "Correo electrónico",
    bad_email: "No es una dirección de correo como asha@example.com.",
    subscribe: "Suscribirse",
    look: "Mire su buzón",
    on_its_way:
      "Si esta dirección aún no está en la lista, un correo va de camino. Su enlace vale tres días.",
    confirm: "Confirme su suscripción",
    confirm_button: "Sí, suscríbanme",
    asked_for_nothing:
      "¿No pidió nada? Cierre esta página: sin confirmación la dirección se borra en tres días.",
    subscribed: "Está suscrito",
    can_leave: "Cada correo tiene un enlace para salir, con un clic.",
    leave: "Salir de esta lista",
    leave_means: "No recibirá más estos correos, y la dirección se borra.",
    leave_button: "Darse de baja",
    left: "Ha salido de la lista",
    left_means: "La dirección está borrada. Lo enviado antes queda como estaba.",
    broken: "Este enlace no funciona",
    broken_means: "Ha caducado, lo reemplazó otro más nuevo o está incompleto. Cópielo de nuevo del correo.",
    again: "Suscribirse de nuevo",
  },
};
