import type { Words } from "./words.ts";

export const de: Words = {
  language: "de",
  name: "Deutsch",
  draft: "Maschinell übersetzt, noch nicht geprüft.",
  lists: {
    policy: {
      name: "Änderungen von Richtlinien",
      wording:
        "Benachrichtigen Sie mich per E-Mail, bevor sich eine Richtlinie ändert, mit der Änderung selbst. Die Adresse wird für nichts anderes verwendet, und ein Klick beendet es.",
    },
    newsletter: {
      name: "Newsletter",
      wording:
        "Senden Sie mir den Newsletter: Neuigkeiten und Angebote per E-Mail. Die Adresse wird für nichts anderes verwendet, und ein Klick beendet es.",
    },
  },
  letter: {
    changes_on: "{owner}: {title} ändert sich am {date}",
    called_off: "{owner}: {title} – die Änderung vom {date} entfällt",
    intro: "{title}: Version {version} gilt ab {date}.",
    until_then: "Bis dahin gilt die jetzige Version.",
    why: "Warum",
    nothing_to_do: "Dies ist eine Mitteilung. Sie bittet um keine Einwilligung, und Schweigen ist keine.",
    what_changes: "Was sich ändert",
    first_version: "Es ist die erste Version: Es gibt keine frühere, mit der man sie vergleichen könnte.",
    marks: "In diesem Brief sind entfernte Wörter durchgestrichen und neue Wörter unterstrichen.",
    translated: "Dies ist eine Übersetzung. Verbindlich ist der Text in dieser Sprache: {language}.",
    whole_text: "Der ganze Text",
    difference: "Die Änderung als Seite",
    history: "Alle Versionen",
    called_off_intro:
      "Wir hatten mitgeteilt, dass Version {version} ({title}) ab {date} gilt. Das wird sie nicht: Sie entfällt.",
    stays: "Die jetzt geltende Version gilt weiter.",
    as_member: "Sie erhalten dies, weil Sie ein Konto bei {owner} haben. Es ist keine Werbung.",
    as_subscriber:
      "Sie erhalten dies, weil Sie erfahren wollten, wenn sich eine Richtlinie von {owner} ändert. Es ist keine Werbung.",
    as_reader: "Sie erhalten dies, weil Sie den Newsletter von {owner} bestellt haben.",
    as_tester: "Dies ist ein Test. Im Newsletter von {owner} steht hier der Weg aus der Liste.",
    leave: "Benachrichtigen Sie mich nicht mehr",
    checkpoint:
      "Der neueste Checkpoint des öffentlichen Logs beim Versand. Wer ihn vergleicht, sieht, ob allen dasselbe gesagt wurde:",
    please_confirm: "Bitte bestätigen: {list} – {owner}",
    somebody_asked:
      "Jemand, vermutlich Sie, hat uns gebeten, an diese Adresse zu schreiben. {list} – {owner}:",
    confirm_link: "Auf unserer Seite bestätigen",
    confirm_closing:
      "Der Link gilt drei Tage. Sie haben um nichts gebeten? Tun Sie nichts: Ohne Bestätigung wird die Adresse gelöscht.",
  },
  page: {
    skip: "Zum Text springen",
    privacy: "Datenschutzerklärung",
    versions: "Alle Versionen",
    languages: "Sprachen",
    first_a_mail:
      "Zuerst senden wir eine Mail mit einem Link: Nur wer dieses Postfach liest, kann bestätigen.",
    email: "E-Mail",
    bad_email: "Das ist keine E-Mail-Adresse wie asha@example.com.",
    subscribe: "Abonnieren",
    look: "Sehen Sie in Ihr Postfach",
    on_its_way:
      "Wenn diese Adresse noch nicht auf der Liste ist, ist eine Mail unterwegs. Ihr Link gilt drei Tage.",
    confirm: "Bestätigen Sie Ihr Abonnement",
    confirm_button: "Ja, tragen Sie mich ein",
    asked_for_nothing:
      "Sie haben um nichts gebeten? Schließen Sie diese Seite: Ohne Bestätigung wird die Adresse binnen drei Tagen gelöscht.",
    subscribed: "Sie sind eingetragen",
    can_leave: "In jeder Mail ist ein Link, um mit einem Klick wieder zu gehen.",
    leave: "Diese Liste verlassen",
    leave_means: "Sie erhalten diese Mails nicht mehr, und die Adresse wird gelöscht.",
    leave_button: "Abbestellen",
    left: "Sie haben die Liste verlassen",
    left_means: "Die Adresse ist gelöscht. Was wir vorher gesendet haben, bleibt, wie es war.",
    broken: "Dieser Link funktioniert nicht",
    broken_means:
      "Er ist abgelaufen, durch einen neueren ersetzt oder unvollständig. Kopieren Sie ihn noch einmal aus der Mail.",
    again: "Noch einmal abonnieren",
  },
};
