import type { Words } from "./words.ts";

export const pl: Words = {
  language: "pl",
  name: "Polski",
  draft: "Tłumaczenie maszynowe, jeszcze niesprawdzone.",
  lists: {
    policy: {
      name: "Zmiany polityk",
      wording:
        "Powiadomcie mnie e-mailem, zanim polityka się zmieni, razem z samą zmianą. Adres nie służy niczemu innemu, a jedno kliknięcie to kończy.",
    },
    newsletter: {
      name: "Biuletyn",
      wording:
        "Wysyłajcie mi biuletyn: nowości i oferty e-mailem. Adres nie służy niczemu innemu, a jedno kliknięcie to kończy.",
    },
  },
  letter: {
    changes_on: "{owner}: {title} – zmiana od {date}",
    called_off: "{owner}: {title} – zmiana z {date} odwołana",
    intro: "{title}: wersja {version} obowiązuje od {date}.",
    until_then: "Do tego czasu obowiązuje obecna wersja.",
    why: "Dlaczego",
    nothing_to_do: "To jest zawiadomienie. Nie prosi o zgodę, a brak odpowiedzi nią nie jest.",
    what_changes: "Co się zmienia",
    first_version: "To pierwsza wersja: nie ma wcześniejszej do porównania.",
    marks: "W tym liście słowa usunięte są przekreślone, a dodane podkreślone.",
    translated: "To jest tłumaczenie. Tekst wiążący jest w tym języku: {language}.",
    whole_text: "Cały tekst",
    difference: "Zmiana na stronie",
    history: "Wszystkie wersje",
    called_off_intro:
      "Zawiadomiliśmy, że wersja {version} ({title}) będzie obowiązywać od {date}. Tak się nie stanie: została odwołana.",
    stays: "Wersja obowiązująca obowiązuje nadal.",
    as_member: "Otrzymujesz to, bo masz konto w {owner}. To nie jest reklama.",
    as_subscriber:
      "Otrzymujesz to, bo prosisz o wiadomość, gdy zmienia się polityka {owner}. To nie jest reklama.",
    as_reader: "Otrzymujesz to, bo zamówiono biuletyn {owner}.",
    as_tester: "To jest próba. W biuletynie {owner} w tym miejscu jest wyjście z listy.",
    leave: "Nie powiadamiajcie mnie więcej",
    checkpoint:
      "Najnowszy punkt kontrolny publicznego dziennika przy wysyłce. Kto go porówna, zobaczy, czy wszystkim powiedziano to samo:",
    please_confirm: "Prosimy o potwierdzenie: {list} – {owner}",
    somebody_asked: "Ktoś, zapewne Ty, poprosił nas o pisanie na ten adres. {list} – {owner}:",
    confirm_link: "Potwierdź na naszej stronie",
    confirm_closing:
      "Link działa trzy dni. O nic nie prosisz? Nie rób nic: bez potwierdzenia adres zostanie usunięty.",
  },
  page: {
    skip: "Przejdź do tekstu",
    privacy: "Polityka prywatności",
    versions: "Wszystkie wersje",
    languages: "Języki",
    first_a_mail:
      "Najpierw wysyłamy jeden list z linkiem: potwierdzić może tylko ten, kto czyta tę skrzynkę.",
    email: "E-mail",
    bad_email: "To nie jest adres e-mail, taki jak asha@example.com.",
    subscribe: "Zapisz się",
    look: "Zajrzyj do swojej skrzynki",
    on_its_way:
      "Jeśli tego adresu nie ma jeszcze na liście, list jest już w drodze. Jego link działa trzy dni.",
    confirm: "Potwierdź zapis",
    confirm_button: "Tak, zapiszcie mnie",
    asked_for_nothing:
      "O nic nie prosisz? Zamknij tę stronę: bez potwierdzenia adres zostanie usunięty w ciągu trzech dni.",
    subscribed: "Jesteś na liście",
    can_leave: "W każdym liście jest link, by wypisać się jednym kliknięciem.",
    leave: "Wypisz się z tej listy",
    leave_means: "Nie dostaniesz więcej tych listów, a adres zostanie usunięty.",
    leave_button: "Wypisz mnie",
    left: "Wypisano z listy",
    left_means: "Adres jest usunięty. To, co wysłaliśmy wcześniej, zostaje bez zmian.",
    broken: "Ten link nie działa",
    broken_means: "Wygasł, zastąpił go nowszy albo jest niepełny. Skopiuj go jeszcze raz z listu.",
    again: "Zapisz się ponownie",
  },
};
