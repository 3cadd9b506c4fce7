import type { FormWords } from "./words.ts";

/** By BCP 47 tag. All but English are machine-drafted, not reviewed: see `REVIEWED`. */
export const WORDS: Readonly<Record<string, FormWords>> = {
  en: {
    expired: "This form was open for too long, or was changed on its way. Please choose again.",
    unknown: "There is no record with this ID and secret.",
    erased: "These records were erased.",
    apart:
      "This page works without script and records your choice at once. It is on another address than the site and cannot reach the cookie that the site’s pages read: there you will be asked once more. Keep the consent ID and the secret to come back to this choice.",
    joined:
      "This page works without script. It records your choice at once, also in the cookie that the site’s pages read.",
    secret: "Secret",
    withdrawn: "Withdrawn",
  },
  hi: {
    expired: "यह फ़ॉर्म बहुत देर खुला रहा या रास्ते में बदला गया। कृपया फिर चुनें।",
    unknown: "इस आईडी और गुप्त कोड का कोई अभिलेख नहीं है।",
    erased: "ये अभिलेख मिटा दिए गए।",
    apart:
      "यह पन्ना बिना स्क्रिप्ट के चलता है और आपका चुनाव तुरंत दर्ज करता है। यह साइट से अलग पते पर है और उसकी कुकी तक नहीं पहुँचता: वहाँ आपसे एक बार फिर पूछा जाएगा। इस चुनाव पर लौटने के लिए सहमति आईडी और गुप्त कोड रख लें।",
    joined: "यह पन्ना बिना स्क्रिप्ट के चलता है। यह आपका चुनाव तुरंत दर्ज करता है, साइट की कुकी में भी।",
    secret: "गुप्त कोड",
    withdrawn: "वापस लिया",
  },
  mr: {
    expired: "हा फॉर्म फार वेळ उघडा होता किंवा वाटेत बदलला. कृपया पुन्हा निवडा.",
    unknown: "या आयडी आणि गुप्त कोडची नोंद नाही.",
    erased: "या नोंदी पुसल्या आहेत.",
    apart:
      "हे पान स्क्रिप्टशिवाय चालते आणि तुमची निवड लगेच नोंदवते. ते साइटपेक्षा वेगळ्या पत्त्यावर आहे आणि तिच्या कुकीपर्यंत पोहोचत नाही: तेथे पुन्हा एकदा विचारले जाईल. या निवडीकडे परतण्यासाठी संमती आयडी आणि गुप्त कोड जपून ठेवा.",
    joined: "हे पान स्क्रिप्टशिवाय चालते. ते तुमची निवड लगेच नोंदवते, साइटच्या कुकीमध्येही.",
    secret: "गुप्त कोड",
    withdrawn: "मागे घेतली",
  },
  ur: {
    expired: "یہ فارم بہت دیر کھلا رہا یا راستے میں بدل گیا۔ براہ کرم دوبارہ چنیں۔",
    unknown: "اس آئی ڈی اور خفیہ کوڈ کا کوئی ریکارڈ نہیں۔",
    erased: "یہ ریکارڈ مٹا دیے گئے ہیں۔",
    apart:
      "یہ صفحہ اسکرپٹ کے بغیر چلتا ہے اور آپ کا انتخاب فوراً درج کرتا ہے۔ یہ سائٹ سے الگ پتے پر ہے اور اس کی کوکی تک نہیں پہنچتا: وہاں آپ سے ایک بار پھر پوچھا جائے گا۔ اس انتخاب پر واپس آنے کے لیے رضامندی آئی ڈی اور خفیہ کوڈ رکھ لیں۔",
    joined: "یہ صفحہ اسکرپٹ کے بغیر چلتا ہے۔ یہ آپ کا انتخاب فوراً درج کرتا ہے، سائٹ کی کوکی میں بھی۔",
    secret: "خفیہ کوڈ",
    withdrawn: "واپس لیا",
  },
  de: {
    expired:
      "Dieses Formular war zu lange offen oder wurde unterwegs verändert. Bitte wählen Sie noch einmal.",
    unknown: "Zu dieser Kennung und diesem Geheimnis gibt es keinen Eintrag.",
    erased: "Diese Einträge wurden gelöscht.",
    apart:
      "Diese Seite kommt ohne Skript aus und hält Ihre Wahl sofort fest. Sie liegt auf einer anderen Adresse als die Website und erreicht deren Cookie nicht: Dort werden Sie noch einmal gefragt. Bewahren Sie die Kennung und das Geheimnis auf, um zu dieser Wahl zurückzukommen.",
    joined: "Diese Seite kommt ohne Skript aus. Sie hält Ihre Wahl sofort fest, auch im Cookie der Website.",
    secret: "Geheimnis",
    withdrawn: "Widerrufen",
  },
  fr: {
    expired:
      "Ce formulaire est resté ouvert trop longtemps ou a été modifié en chemin. Veuillez choisir à nouveau.",
    unknown: "Aucun enregistrement ne correspond à cet identifiant et à ce secret.",
    erased: "Ces enregistrements ont été effacés.",
    apart:
      "Cette page fonctionne sans script et enregistre votre choix aussitôt. Elle est à une autre adresse que le site et n’atteint pas son cookie : là, la question vous sera posée encore une fois. Gardez l’identifiant et le secret pour revenir à ce choix.",
    joined:
      "Cette page fonctionne sans script. Elle enregistre votre choix aussitôt, aussi dans le cookie du site.",
    secret: "Secret",
    withdrawn: "Retiré",
  },
  es: {
    expired: "Este formulario estuvo abierto demasiado tiempo o se modificó por el camino. Elige de nuevo.",
    unknown: "No hay ningún registro con este identificador y este secreto.",
    erased: "Estos registros se borraron.",
    apart:
      "Esta página funciona sin scripts y registra tu elección al momento. Está en otra dirección que el sitio y no alcanza su cookie: allí se te preguntará una vez más. Guarda el identificador y el secreto para volver a esta elección.",
    joined:
      "Esta página funciona sin scripts. Registra tu elección al momento, también en la cookie del sitio.",
    secret: "Secreto",
    withdrawn: "Retirado",
  },
  it: {
    expired: "Questo modulo è rimasto aperto troppo a lungo o è stato modificato. Scegli di nuovo.",
    unknown: "Non c’è alcuna registrazione con questo ID e questo segreto.",
    erased: "Queste registrazioni sono state cancellate.",
    apart:
      "Questa pagina funziona senza script e registra subito la tua scelta. È a un altro indirizzo rispetto al sito e non raggiunge il suo cookie: lì la domanda tornerà una volta. Conserva l’ID del consenso e il segreto per tornare a questa scelta.",
    joined: "Questa pagina funziona senza script. Registra subito la tua scelta, anche nel cookie del sito.",
    secret: "Segreto",
    withdrawn: "Revocato",
  },
  pt: {
    expired: "Este formulário esteve aberto demasiado tempo ou foi alterado pelo caminho. Escolha de novo.",
    unknown: "Não há nenhum registo com este ID e este segredo.",
    erased: "Estes registos foram apagados.",
    apart:
      "Esta página funciona sem scripts e regista a sua escolha de imediato. Está noutro endereço que não o do sítio e não alcança o seu cookie: lá a pergunta será feita mais uma vez. Guarde o ID e o segredo para voltar a esta escolha.",
    joined: "Esta página funciona sem scripts. Regista a sua escolha de imediato, também no cookie do sítio.",
    secret: "Segredo",
    withdrawn: "Retirado",
  },
  nl: {
    expired: "Dit formulier stond te lang open of is onderweg gewijzigd. Kies opnieuw.",
    unknown: "Er is geen registratie met deze ID en dit geheim.",
    erased: "Deze registraties zijn gewist.",
    apart:
      "Deze pagina werkt zonder script en legt uw keuze meteen vast. Ze staat op een ander adres dan de site en kan niet bij de cookie ervan: daar wordt het u nog één keer gevraagd. Bewaar de ID en het geheim om op deze keuze terug te komen.",
    joined: "Deze pagina werkt zonder script. Ze legt uw keuze meteen vast, ook in de cookie van de site.",
    secret: "Geheim",
    withdrawn: "Ingetrokken",
  },
  pl: {
    expired: "Ten formularz był otwarty zbyt długo lub został zmieniony po drodze. Wybierz ponownie.",
    unknown: "Nie ma wpisu o tym identyfikatorze i sekrecie.",
    erased: "Te wpisy zostały usunięte.",
    apart:
      "Ta strona działa bez skryptów i od razu zapisuje Twój wybór. Ma inny adres niż witryna i nie sięga jej pliku cookie: tam pytanie pojawi się jeszcze raz. Zachowaj identyfikator i sekret, aby wrócić do tego wyboru.",
    joined: "Ta strona działa bez skryptów. Od razu zapisuje Twój wybór, także w pliku cookie witryny.",
    secret: "Sekret",
    withdrawn: "Wycofano",
  },
  bn: {
    expired: "এই ফর্ম বেশিক্ষণ খোলা ছিল বা পথে বদলে গেছে। আবার বেছে নিন।",
    unknown: "এই আইডি ও গোপন কোডের কোনো নথি নেই।",
    erased: "এই নথিগুলি মুছে ফেলা হয়েছে।",
    apart:
      "এই পাতা স্ক্রিপ্ট ছাড়াই চলে এবং আপনার পছন্দ তখনই লিখে রাখে। এটি সাইটের থেকে আলাদা ঠিকানায়, তার কুকিতে পৌঁছয় না: সেখানে আর একবার জিজ্ঞাসা করা হবে। এই পছন্দে ফিরতে সম্মতি আইডি ও গোপন কোড রেখে দিন।",
    joined: "এই পাতা স্ক্রিপ্ট ছাড়াই চলে। আপনার পছন্দ তখনই লিখে রাখে, সাইটের কুকিতেও।",
    secret: "গোপন কোড",
    withdrawn: "ফিরিয়ে নেওয়া",
  },
  gu: {
    expired: "આ ફોર્મ ઘણો સમય ખુલ્લું રહ્યું અથવા રસ્તામાં બદલાયું. ફરી પસંદ કરો.",
    unknown: "આ આઈડી અને ગુપ્ત કોડની કોઈ નોંધ નથી.",
    erased: "આ નોંધો ભૂંસી નાખવામાં આવી છે.",
    apart:
      "આ પાનું સ્ક્રિપ્ટ વિના ચાલે છે અને તમારી પસંદગી તરત નોંધે છે. તે સાઇટથી જુદા સરનામે છે અને તેની કૂકી સુધી પહોંચતું નથી: ત્યાં ફરી એક વાર પૂછવામાં આવશે. આ પસંદગી પર પાછા આવવા સંમતિ આઈડી અને ગુપ્ત કોડ સાચવો.",
    joined: "આ પાનું સ્ક્રિપ્ટ વિના ચાલે છે. તે તમારી પસંદગી તરત નોંધે છે, સાઇટની કૂકીમાં પણ.",
    secret: "ગુપ્ત કોડ",
    withdrawn: "પાછું લીધું",
  },
  pa: {
    expired: "ਇਹ ਫ਼ਾਰਮ ਬਹੁਤ ਦੇਰ ਖੁੱਲ੍ਹਾ ਰਿਹਾ ਜਾਂ ਰਾਹ ਵਿੱਚ ਬਦਲਿਆ ਗਿਆ। ਫਿਰ ਚੁਣੋ।",
    unknown: "ਇਸ ਆਈਡੀ ਅਤੇ ਗੁਪਤ ਕੋਡ ਦਾ ਕੋਈ ਰਿਕਾਰਡ ਨਹੀਂ।",
    erased: "ਇਹ ਰਿਕਾਰਡ ਮਿਟਾ ਦਿੱਤੇ ਗਏ।",
    apart:
      "ਇਹ ਪੰਨਾ ਸਕ੍ਰਿਪਟ ਤੋਂ ਬਿਨਾਂ ਚੱਲਦਾ ਹੈ ਅਤੇ ਤੁਹਾਡੀ ਚੋਣ ਤੁਰੰਤ ਦਰਜ ਕਰਦਾ ਹੈ। ਇਹ ਸਾਈਟ ਤੋਂ ਵੱਖਰੇ ਪਤੇ ਉੱਤੇ ਹੈ ਅਤੇ ਉਸਦੀ ਕੂਕੀ ਤੱਕ ਨਹੀਂ ਪਹੁੰਚਦਾ: ਉੱਥੇ ਇੱਕ ਵਾਰ ਫਿਰ ਪੁੱਛਿਆ ਜਾਵੇਗਾ। ਇਸ ਚੋਣ ਉੱਤੇ ਮੁੜਨ ਲਈ ਸਹਿਮਤੀ ਆਈਡੀ ਅਤੇ ਗੁਪਤ ਕੋਡ ਸੰਭਾਲੋ।",
    joined: "ਇਹ ਪੰਨਾ ਸਕ੍ਰਿਪਟ ਤੋਂ ਬਿਨਾਂ ਚੱਲਦਾ ਹੈ। ਇਹ ਤੁਹਾਡੀ ਚੋਣ ਤੁਰੰਤ ਦਰਜ ਕਰਦਾ ਹੈ, ਸਾਈਟ ਦੀ ਕੂਕੀ ਵਿੱਚ ਵੀ।",
    secret: "ਗੁਪਤ ਕੋਡ",
    withdrawn: "ਵਾਪਸ ਲਿਆ",
  },
  ne: {
    expired: "यो फारम धेरै बेर खुला रह्यो वा बाटोमा बदलियो। फेरि रोज्नुहोस्।",
    unknown: "यो आईडी र गोप्य कोडको कुनै अभिलेख छैन।",
    erased: "यी अभिलेख मेटाइए।",
    apart:
      "यो पाना स्क्रिप्टबिना चल्छ र तपाईंको रोजाइ तुरुन्तै दर्ता गर्छ। यो साइटभन्दा अर्कै ठेगानामा छ र त्यसको कुकीसम्म पुग्दैन: त्यहाँ एक पटक फेरि सोधिनेछ। यो रोजाइमा फर्कन सहमति आईडी र गोप्य कोड राख्नुहोस्।",
    joined: "यो पाना स्क्रिप्टबिना चल्छ। यसले तपाईंको रोजाइ तुरुन्तै दर्ता गर्छ, साइटको कुकीमा पनि।",
    secret: "गोप्य कोड",
    withdrawn: "फिर्ता लिइयो",
  },
  as: {
    expired: "এই ফৰ্ম বেছি সময় খোলা আছিল বা বাটত সলনি হ’ল। আকৌ বাছক।",
    unknown: "এই আইডি আৰু গোপন ক’ডৰ কোনো নথি নাই।",
    erased: "এই নথিবোৰ মচি পেলোৱা হৈছে।",
    apart:
      "এই পৃষ্ঠা স্ক্ৰিপ্ট নোহোৱাকৈ চলে আৰু আপোনাৰ পছন্দ তৎক্ষণাৎ লিখি ৰাখে। ই ছাইটৰ পৰা বেলেগ ঠিকনাত আছে আৰু তাৰ কুকি ঢুকি নাপায়: তাত আকৌ এবাৰ সোধা হ’ব। এই পছন্দলৈ উভতিবলৈ সন্মতি আইডি আৰু গোপন ক’ড ৰাখক।",
    joined: "এই পৃষ্ঠা স্ক্ৰিপ্ট নোহোৱাকৈ চলে। ই আপোনাৰ পছন্দ তৎক্ষণাৎ লিখি ৰাখে, ছাইটৰ কুকিতো।",
    secret: "গোপন ক’ড",
    withdrawn: "উভতাই লোৱা",
  },
  brx: {
    expired: "बे फर्मआ गोबाव सम खेवनानै दंमोन एबा लामायाव सोलायबाय। फिन सायख’।",
    unknown: "बे आइडि आरो गुमुर क’डनि रेकर्ड गैया।",
    erased: "बे रेकर्डफोरखौ फुगारबाय।",
    apart:
      "बे बिलाइया स्क्रिप्ट गैयालाबो सोलियो आरो नोंथांनि सायख’नायखौ अब्ला लिरो। बेयो साइटनिफ्राय गुबुन थंथियाव दं आरो बेनि कुकिसिम हाया: बेयाव आरोबाव खेबसे सोंगोन। बे सायख’नायसिम फिननो गनायथि आइडि आरो गुमुर क’ड लाखि।",
    joined: "बे बिलाइया स्क्रिप्ट गैयालाबो सोलियो। बेयो नोंथांनि सायख’नायखौ अब्ला लिरो, साइटनि कुकियावबो।",
    secret: "गुमुर क’ड",
    withdrawn: "लाफिनबाय",
  },
  doi: {
    expired: "एह् फार्म मता चिर खु'ल्ला रेहा जां रस्ते च बदली गेआ। परतियै चुनो।",
    unknown: "इस आईडी ते गुप्त कोड दा कोई रिकार्ड नेईं।",
    erased: "एह् रिकार्ड मटाई दित्ते गे।",
    apart:
      "एह् सफा स्क्रिप्ट दे बगैर चलदा ऐ ते तुंदी पसंद तुरत दर्ज करदा ऐ। एह् साइट थमां बक्खरे पते पर ऐ ते उसदी कुकी तगर नेईं पुजदा: उत्थें इक बारी परतियै पुच्छेआ जाग। इस पसंद पर परतने लेई सैह्‌मती आईडी ते गुप्त कोड सांभियै रक्खो।",
    joined: "एह् सफा स्क्रिप्ट दे बगैर चलदा ऐ। एह् तुंदी पसंद तुरत दर्ज करदा ऐ, साइट दी कुकी च बी।",
    secret: "गुप्त कोड",
    withdrawn: "वापस लैता",
    days: "{days} दिन",
  },
  kn: {
    expired: "ಈ ಫಾರ್ಮ್ ಬಹಳ ಹೊತ್ತು ತೆರೆದಿತ್ತು ಅಥವಾ ದಾರಿಯಲ್ಲಿ ಬದಲಾಯಿತು. ಮತ್ತೆ ಆರಿಸಿ.",
    unknown: "ಈ ಐಡಿ ಮತ್ತು ರಹಸ್ಯ ಸಂಕೇತದ ದಾಖಲೆ ಇಲ್ಲ.",
    erased: "ಈ ದಾಖಲೆಗಳನ್ನು ಅಳಿಸಲಾಗಿದೆ.",
    apart:
      "ಈ ಪುಟ ಸ್ಕ್ರಿಪ್ಟ್ ಇಲ್ಲದೆ ನಡೆಯುತ್ತದೆ ಮತ್ತು ನಿಮ್ಮ ಆಯ್ಕೆಯನ್ನು ಕೂಡಲೇ ದಾಖಲಿಸುತ್ತದೆ. ಇದು ಸೈಟ್‌ಗಿಂತ ಬೇರೆ ವಿಳಾಸದಲ್ಲಿದೆ, ಅದರ ಕುಕಿ ತಲುಪುವುದಿಲ್ಲ: ಅಲ್ಲಿ ಇನ್ನೊಮ್ಮೆ ಕೇಳಲಾಗುತ್ತದೆ. ಈ ಆಯ್ಕೆಗೆ ಮರಳಲು ಸಮ್ಮತಿ ಐಡಿ ಮತ್ತು ರಹಸ್ಯ ಸಂಕೇತ ಇಟ್ಟುಕೊಳ್ಳಿ.",
    joined: "ಈ ಪುಟ ಸ್ಕ್ರಿಪ್ಟ್ ಇಲ್ಲದೆ ನಡೆಯುತ್ತದೆ. ನಿಮ್ಮ ಆಯ್ಕೆಯನ್ನು ಕೂಡಲೇ ದಾಖಲಿಸುತ್ತದೆ, ಸೈಟ್‌ನ ಕುಕಿಯಲ್ಲೂ.",
    secret: "ರಹಸ್ಯ ಸಂಕೇತ",
    withdrawn: "ಹಿಂಪಡೆದದ್ದು",
  },
  ks: {
    expired: "یہِ فارم رود واریاہ کال کھُلہٕ یا وتہِ گوو بدل۔ بیٚیہِ ژٲرِو۔",
    unknown: "اَمِس آیی ڈی تہٕ خُفیہ کوڈُک کانٛہہ رِکارڈ چھُنہٕ۔",
    erased: "یِم رِکارڈ آیہِ مِٹاونہٕ۔",
    apart:
      "یہِ صفہٕ چھُ سکرپٹ ورٲے پکان تہٕ تُہٕنٛد اِنتِخاب تٔمی وِزِ درج کران۔ یہِ چھُ سایٹہِ نِشہِ بیٚیِس پتاہس پؠٹھ تہٕ تٔمِچہِ کوکی تام چھُنہٕ واتان: تَتہِ ییہِ اکہِ پھیرِ بیٚیہِ پرٛژھنہٕ۔ یَتھ اِنتِخابَس پؠٹھ واپس یِنہٕ خٲطرٕ تھٲوِو رضامنٛدی آیی ڈی تہٕ خُفیہ کوڈ۔",
    joined: "یہِ صفہٕ چھُ سکرپٹ ورٲے پکان۔ یہِ چھُ تُہٕنٛد اِنتِخاب تٔمی وِزِ درج کران، سایٹہِ ہٕنٛزِ کوکی مَنٛز تہِ۔",
    secret: "خُفیہ کوڈ",
    withdrawn: "واپس نیوٚو",
  },
  kok: {
    expired: "हो फॉर्म खूब वेळ उकतो आसलो वा वाटेर बदल्लो. परत निवडात.",
    unknown: "ह्या आयडी आनी गुपीत कोडाची नोंद ना.",
    erased: "ह्यो नोंदी काडून उडयल्यात.",
    apart:
      "हें पान स्क्रिप्टा बगर चलता आनी तुमची निवड रोखडीच नोंद करता. तें सायटी परस वेगळ्या नाम्यार आसा आनी तिचे कुकीमेरेन पावना: थंय परत एक फावट विचारतले. ह्या निवडीचेर परत येवपाक संमती आयडी आनी गुपीत कोड सांबाळात.",
    joined: "हें पान स्क्रिप्टा बगर चलता. तें तुमची निवड रोखडीच नोंद करता, सायटीचे कुकींत लेगीत.",
    secret: "गुपीत कोड",
    withdrawn: "फाटीं घेतली",
  },
  mai: {
    expired: "ई फॉर्म बहुत काल खुजल रहल वा बाटमे बदलि गेल। फेर चुनू।",
    unknown: "एहि आईडी आ गुप्त कोडक कोनो अभिलेख नहि अछि।",
    erased: "ई अभिलेख मेटा देल गेल।",
    apart:
      "ई पन्ना बिना स्क्रिप्ट चलैत अछि आ अहाँक चुनाव तुरंत दर्ज करैत अछि। ई साइटसँ अलग पता पर अछि आ ओकर कुकी धरि नहि पहुँचैत अछि: ओतय एक बेर फेर पूछल जाएत। एहि चुनाव पर घुरबाक लेल सहमति आईडी आ गुप्त कोड राखू।",
    joined: "ई पन्ना बिना स्क्रिप्ट चलैत अछि। ई अहाँक चुनाव तुरंत दर्ज करैत अछि, साइटक कुकीमे सेहो।",
    secret: "गुप्त कोड",
    withdrawn: "वापस लेल",
    days: "{days} दिन",
  },
  ml: {
    expired: "ഈ ഫോം ഏറെനേരം തുറന്നിരുന്നു അല്ലെങ്കിൽ വഴിയിൽ മാറി. വീണ്ടും തിരഞ്ഞെടുക്കുക.",
    unknown: "ഈ ഐഡിക്കും രഹസ്യ കോഡിനും രേഖയില്ല.",
    erased: "ഈ രേഖകൾ മായ്ച്ചു.",
    apart:
      "ഈ താൾ സ്ക്രിപ്റ്റ് ഇല്ലാതെ പ്രവർത്തിക്കും, തീരുമാനം ഉടൻ രേഖപ്പെടുത്തും. ഇത് സൈറ്റിന്റേതല്ലാത്ത വിലാസത്തിലാണ്, അതിന്റെ കുക്കിയിൽ എത്തില്ല: അവിടെ ഒരിക്കൽ കൂടി ചോദിക്കും. ഈ തീരുമാനത്തിലേക്ക് മടങ്ങാൻ സമ്മത ഐഡിയും രഹസ്യ കോഡും സൂക്ഷിക്കുക.",
    joined: "ഈ താൾ സ്ക്രിപ്റ്റ് ഇല്ലാതെ പ്രവർത്തിക്കും. തീരുമാനം ഉടൻ രേഖപ്പെടുത്തും, സൈറ്റിന്റെ കുക്കിയിലും.",
    secret: "രഹസ്യ കോഡ്",
    withdrawn: "പിൻവലിച്ചു",
  },
  "mni-Mtei": {
    expired: "ꯐꯣꯔꯝ ꯑꯁꯤ ꯌꯥꯝꯅ ꯀꯨꯏꯅ ꯍꯥꯡꯗꯣꯛꯂꯝꯃꯤ ꯅꯠꯇ꯭ꯔꯒ ꯂꯝꯕꯤꯗ ꯍꯣꯡꯈ꯭ꯔꯦ꯫ ꯑꯃꯨꯛ ꯈꯟꯕꯤꯌꯨ꯫",
    unknown: "ꯑꯥꯏ ꯗꯤ ꯑꯃꯁꯨꯡ ꯑꯔꯣꯟꯕ ꯀꯣꯗ ꯑꯁꯤꯒꯤ ꯔꯦꯀꯣꯔꯗ ꯂꯩꯇꯦ꯫",
    erased: "ꯔꯦꯀꯣꯔꯗ ꯑꯁꯤ ꯃꯨꯠꯊꯠꯈ꯭ꯔꯦ꯫",
    apart:
      "ꯂꯃꯥꯏ ꯑꯁꯤ ꯁ꯭ꯀ꯭ꯔꯤꯞꯇ ꯌꯥꯎꯗꯅ ꯆꯠꯂꯤ ꯑꯃꯁꯨꯡ ꯑꯗꯣꯃꯒꯤ ꯈꯟꯕ ꯈꯨꯗꯛꯇ ꯏꯏ꯫ ꯃꯁꯤ ꯁꯥꯏꯠꯇꯒꯤ ꯇꯣꯉꯥꯟꯕ ꯂꯩꯐꯝꯗ ꯂꯩ ꯑꯃꯁꯨꯡ ꯃꯒꯤ ꯀꯨꯀꯤ ꯌꯧꯗꯦ: ꯃꯐꯝ ꯑꯗꯨꯗ ꯑꯃꯨꯛ ꯍꯪꯒꯅꯤ꯫ ꯈꯟꯕ ꯑꯁꯤꯗ ꯍꯜꯂꯛꯅꯕ ꯌꯥꯕꯒꯤ ꯑꯥꯏ ꯗꯤ ꯑꯃꯁꯨꯡ ꯑꯔꯣꯟꯕ ꯀꯣꯗ ꯊꯝꯕꯤꯌꯨ꯫",
    joined: "ꯂꯃꯥꯏ ꯑꯁꯤ ꯁ꯭ꯀ꯭ꯔꯤꯞꯇ ꯌꯥꯎꯗꯅ ꯆꯠꯂꯤ꯫ ꯑꯗꯣꯃꯒꯤ ꯈꯟꯕ ꯈꯨꯗꯛꯇ ꯏꯏ, ꯁꯥꯏꯠꯀꯤ ꯀꯨꯀꯤꯗꯁꯨ꯫",
    secret: "ꯑꯔꯣꯟꯕ ꯀꯣꯗ",
    withdrawn: "ꯂꯧꯊꯣꯛꯈ꯭ꯔꯦ",
    days: "ꯅꯨꯃꯤꯠ {days}",
  },
  or: {
    expired: "ଏହି ଫର୍ମ ବହୁତ ସମୟ ଖୋଲା ଥିଲା କିମ୍ବା ବାଟରେ ବଦଳିଗଲା। ପୁଣି ବାଛନ୍ତୁ।",
    unknown: "ଏହି ଆଇଡି ଓ ଗୁପ୍ତ କୋଡର କୌଣସି ରେକର୍ଡ ନାହିଁ।",
    erased: "ଏହି ରେକର୍ଡଗୁଡ଼ିକ ଲିଭାଯାଇଛି।",
    apart:
      "ଏହି ପୃଷ୍ଠା ସ୍କ୍ରିପ୍ଟ ବିନା ଚାଲେ ଓ ଆପଣଙ୍କ ପସନ୍ଦ ତୁରନ୍ତ ଲେଖେ। ଏହା ସାଇଟଠାରୁ ଅଲଗା ଠିକଣାରେ ଅଛି ଓ ତାର କୁକି ପାଖରେ ପହଞ୍ଚେ ନାହିଁ: ସେଠାରେ ଆଉ ଥରେ ପଚରାଯିବ। ଏହି ପସନ୍ଦକୁ ଫେରିବା ପାଇଁ ସମ୍ମତି ଆଇଡି ଓ ଗୁପ୍ତ କୋଡ ରଖନ୍ତୁ।",
    joined: "ଏହି ପୃଷ୍ଠା ସ୍କ୍ରିପ୍ଟ ବିନା ଚାଲେ। ଏହା ଆପଣଙ୍କ ପସନ୍ଦ ତୁରନ୍ତ ଲେଖେ, ସାଇଟର କୁକିରେ ମଧ୍ୟ।",
    secret: "ଗୁପ୍ତ କୋଡ",
    withdrawn: "ପ୍ରତ୍ୟାହୃତ",
  },
  sa: {
    expired: "इदं प्रपत्रम् अतिचिरम् उद्घाटितम् आसीत् अथवा मार्गे परिवर्तितम्। पुनः चिनोतु।",
    unknown: "अनेन अभिज्ञानेन गुप्तसङ्केतेन च अभिलेखः नास्ति।",
    erased: "एते अभिलेखाः मार्जिताः।",
    apart:
      "इदं पृष्ठं लिपिं विना प्रचलति, भवतः चयनं सद्यः लिखति। इदं जालस्थानात् अन्यस्मिन् सङ्केते अस्ति, तस्य कुकीं न प्राप्नोति: तत्र पुनः एकवारं प्रक्ष्यते। इदं चयनं प्रति आगन्तुं सम्मति-अभिज्ञानं गुप्तसङ्केतं च रक्षतु।",
    joined: "इदं पृष्ठं लिपिं विना प्रचलति। इदं भवतः चयनं सद्यः लिखति, जालस्थानस्य कुक्याम् अपि।",
    secret: "गुप्तसङ्केतः",
    withdrawn: "प्रत्याहृतम्",
    days: "{days} दिनानि",
  },
  sat: {
    expired: "ᱱᱚᱣᱟ ᱯᱷᱚᱨᱢ ᱟᱹᱰᱤ ᱜᱷᱟᱹᱲᱤᱡ ᱡᱷᱤᱡ ᱛᱟᱦᱮᱸ ᱠᱟᱱᱟ ᱥᱮ ᱦᱚᱨ ᱨᱮ ᱵᱚᱫᱚᱞ ᱮᱱᱟ᱾ ᱟᱨᱦᱚᱸ ᱵᱟᱪᱷᱟᱣ ᱢᱮ᱾",
    unknown: "ᱱᱚᱣᱟ ᱟᱭᱰᱤ ᱟᱨ ᱩᱠᱩ ᱠᱚᱰ ᱨᱮᱱᱟᱜ ᱱᱚᱛᱷᱤ ᱵᱟᱱᱩᱜᱼᱟ᱾",
    erased: "ᱱᱚᱣᱟ ᱱᱚᱛᱷᱤ ᱠᱚ ᱜᱮᱫ ᱮᱱᱟ᱾",
    apart:
      "ᱱᱚᱣᱟ ᱥᱟᱦᱴᱟ ᱥᱠᱨᱤᱯᱴ ᱵᱮᱜᱚᱨ ᱪᱟᱞᱟᱜᱼᱟ ᱟᱨ ᱟᱢᱟᱜ ᱵᱟᱪᱷᱟᱣ ᱩᱱᱛᱚᱨ ᱚᱞᱟ᱾ ᱱᱚᱣᱟ ᱫᱚ ᱥᱟᱭᱤᱴ ᱠᱷᱚᱱ ᱮᱴᱟᱜ ᱴᱷᱤᱠᱟᱹᱱᱟ ᱨᱮ ᱢᱮᱱᱟᱜᱼᱟ ᱟᱨ ᱚᱱᱟᱨᱮᱱᱟᱜ ᱠᱩᱠᱤ ᱵᱟᱝ ᱥᱮᱴᱮᱨᱚᱜᱼᱟ: ᱚᱸᱰᱮ ᱢᱤᱫ ᱫᱷᱟᱣ ᱟᱨᱦᱚᱸ ᱠᱩᱞᱤᱭᱟ᱾ ᱱᱚᱣᱟ ᱵᱟᱪᱷᱟᱣ ᱨᱮ ᱨᱩᱣᱟᱹᱲ ᱞᱟᱹᱜᱤᱫ ᱟᱸᱜᱚᱪ ᱟᱭᱰᱤ ᱟᱨ ᱩᱠᱩ ᱠᱚᱰ ᱫᱚᱦᱚᱭ ᱢᱮ᱾",
    joined: "ᱱᱚᱣᱟ ᱥᱟᱦᱴᱟ ᱥᱠᱨᱤᱯᱴ ᱵᱮᱜᱚᱨ ᱪᱟᱞᱟᱜᱼᱟ᱾ ᱟᱢᱟᱜ ᱵᱟᱪᱷᱟᱣ ᱩᱱᱛᱚᱨ ᱚᱞᱟ, ᱥᱟᱭᱤᱴ ᱨᱮᱱᱟᱜ ᱠᱩᱠᱤ ᱨᱮ ᱦᱚᱸ᱾",
    secret: "ᱩᱠᱩ ᱠᱚᱰ",
    withdrawn: "ᱨᱩᱣᱟᱹᱲ ᱦᱟᱛᱟᱣ",
    days: "{days} ᱢᱟᱦᱟᱸ",
  },
  sd: {
    expired: "هي فارم گهڻو وقت کليل رهيو يا رستي ۾ بدلجي ويو. ٻيهر چونڊيو.",
    unknown: "هن آئي ڊي ۽ ڳجهي ڪوڊ جو ڪو رڪارڊ ناهي.",
    erased: "هي رڪارڊ ڊاهيا ويا.",
    apart:
      "هي صفحو اسڪرپٽ کان سواءِ هلي ٿو ۽ توهان جي چونڊ هڪدم درج ڪري ٿو. هي سائيٽ کان ٻئي پتي تي آهي ۽ ان جي ڪوڪي تائين نٿو پهچي: اتي هڪ ڀيرو ٻيهر پڇيو ويندو. هن چونڊ ڏانهن موٽڻ لاءِ رضامندي آئي ڊي ۽ ڳجهو ڪوڊ سانڍي رکو.",
    joined: "هي صفحو اسڪرپٽ کان سواءِ هلي ٿو. هي توهان جي چونڊ هڪدم درج ڪري ٿو، سائيٽ جي ڪوڪي ۾ به.",
    secret: "ڳجهو ڪوڊ",
    withdrawn: "واپس ورتو",
  },
  ta: {
    expired: "இந்தப் படிவம் நெடுநேரம் திறந்திருந்தது அல்லது வழியில் மாறியது. மீண்டும் தேர்வு செய்க.",
    unknown: "இந்த எண்ணுக்கும் இரகசியக் குறியீட்டுக்கும் பதிவு இல்லை.",
    erased: "இந்தப் பதிவுகள் நீக்கப்பட்டன.",
    apart:
      "இந்தப் பக்கம் நிரல் இல்லாமல் இயங்கும், உங்கள் தேர்வை உடனே பதியும். இது தளத்தின் முகவரியில் இல்லை, அதன் குக்கியை அணுகாது: அங்கு மீண்டும் ஒருமுறை கேட்கப்படும். இந்தத் தேர்வுக்குத் திரும்ப ஒப்புதல் எண்ணையும் இரகசியக் குறியீட்டையும் வைத்திருங்கள்.",
    joined: "இந்தப் பக்கம் நிரல் இல்லாமல் இயங்கும். உங்கள் தேர்வை உடனே பதியும், தளத்தின் குக்கியிலும்.",
    secret: "இரகசியக் குறியீடு",
    withdrawn: "திரும்பப் பெறப்பட்டது",
  },
  te: {
    expired: "ఈ ఫారం చాలాసేపు తెరిచి ఉంది లేదా దారిలో మారింది. మళ్లీ ఎంచుకోండి.",
    unknown: "ఈ ఐడి, రహస్య కోడ్‌కు రికార్డు లేదు.",
    erased: "ఈ రికార్డులు తొలగించారు.",
    apart:
      "ఈ పేజీ స్క్రిప్ట్ లేకుండా పనిచేస్తుంది, మీ ఎంపికను వెంటనే నమోదు చేస్తుంది. ఇది సైట్ కంటే వేరే చిరునామాలో ఉంది, దాని కుకీని చేరదు: అక్కడ మరోసారి అడుగుతారు. ఈ ఎంపికకు తిరిగి రావడానికి సమ్మతి ఐడి, రహస్య కోడ్ ఉంచుకోండి.",
    joined: "ఈ పేజీ స్క్రిప్ట్ లేకుండా పనిచేస్తుంది. మీ ఎంపికను వెంటనే నమోదు చేస్తుంది, సైట్ కుకీలో కూడా.",
    secret: "రహస్య కోడ్",
    withdrawn: "వెనక్కి తీసుకున్నారు",
  },
};
