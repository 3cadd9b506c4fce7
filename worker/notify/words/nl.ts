import type { Words } from "./words.ts";

export const nl: Words = {
  language: "nl",
  name: "Nederlands",
  draft: "Machinevertaling, nog niet nagekeken.",
  lists: {
    policy: {
      name: "Wijzigingen van beleid",
      wording:
        "Laat me per e-mail weten voordat een beleid verandert, met de wijziging zelf. Het adres wordt nergens anders voor gebruikt, en één klik maakt er een eind aan.",
    },
    newsletter: {
      name: "Nieuwsbrief",
      wording:
        "Stuur me de nieuwsbrief: nieuws en aanbiedingen per e-mail. Het adres wordt nergens anders voor gebruikt, en één klik maakt er een eind aan.",
    },
  },
  letter: {
    changes_on: "{owner}: {title} verandert op {date}",
    called_off: "{owner}: {title} – de wijziging van {date} gaat niet door",
    intro: "{title}: versie {version} geldt vanaf {date}.",
    until_then: "Tot dan geldt de huidige versie.",
    why: "Waarom",
    nothing_to_do:
      "Dit is een mededeling. Er wordt geen toestemming gevraagd, en niet antwoorden is er geen.",
    what_changes: "Wat er verandert",
    first_version: "Het is de eerste versie: er is geen eerdere om mee te vergelijken.",
    marks: "In deze brief zijn verwijderde woorden doorgestreept en toegevoegde woorden onderstreept.",
    translated: "Dit is een vertaling. De bindende tekst is die in deze taal: {language}.",
    whole_text: "De hele tekst",
    difference: "De wijziging als pagina",
    history: "Alle versies",
    called_off_intro:
      "We hadden laten weten dat versie {version} ({title}) vanaf {date} zou gelden. Dat gebeurt niet: ze gaat niet door.",
    stays: "De nu geldende versie blijft gelden.",
    as_member: "U krijgt dit omdat u een account bij {owner} hebt. Het is geen reclame.",
    as_subscriber:
      "U krijgt dit omdat u wilde weten wanneer een beleid van {owner} verandert. Het is geen reclame.",
    as_reader: "U krijgt dit omdat u om de nieuwsbrief van {owner} hebt gevraagd.",
    as_tester: "Dit is een test. In de nieuwsbrief van {owner} staat hier de weg uit de lijst.",
    leave: "Laat het me niet meer weten",
    checkpoint:
      "Het nieuwste checkpoint van het openbare logboek bij verzending. Wie het vergelijkt, ziet of iedereen hetzelfde is verteld:",
    please_confirm: "Bevestig alstublieft: {list} – {owner}",
    somebody_asked: "Iemand, waarschijnlijk u, vroeg ons naar dit adres te schrijven. {list} – {owner}:",
    confirm_link: "Bevestigen op onze pagina",
    confirm_closing:
      "De link werkt drie dagen. Vroeg u nergens om? Doe niets: zonder bevestiging wordt het adres gewist.",
  },
  page: {
    skip: "Naar de tekst",
    privacy: "Privacybeleid",
    versions: "Alle versies",
    languages: "Talen",
    first_a_mail: "Eerst sturen we één mail met een link: alleen wie die mailbox leest, kan bevestigen.",
    email: "E-mail",
    bad_email: "Dit is geen e-mailadres zoals asha@example.com.",
    subscribe: "Inschrijven",
    look: "Kijk in uw mailbox",
    on_its_way:
      "Als dit adres nog niet op de lijst staat, is er een mail onderweg. De link werkt drie dagen.",
    confirm: "Bevestig uw inschrijving",
    confirm_button: "Ja, schrijf me in",
    asked_for_nothing:
      "Vroeg u nergens om? Sluit deze pagina: zonder bevestiging wordt het adres binnen drie dagen gewist.",
    subscribed: "U bent ingeschreven",
    can_leave: "In elke mail staat een link om met één klik weer te gaan.",
    leave: "Deze lijst verlaten",
    leave_means: "U krijgt deze mails niet meer, en het adres wordt gewist.",
    leave_button: "Uitschrijven",
    left: "U hebt de lijst verlaten",
    left_means: "Het adres is gewist. Wat we eerder stuurden, blijft zoals het was.",
    broken: "Deze link werkt niet",
    broken_means:
      "Hij is verlopen, vervangen door een nieuwere of niet volledig. Kopieer hem nog eens uit de mail.",
    again: "Opnieuw inschrijven",
  },
};
