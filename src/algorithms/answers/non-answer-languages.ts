/**
 * What stands in place of an answer in further languages, as parts of regular expressions: Dutch,
 * Polish, Swedish, Danish, Norwegian, Finnish, Czech, Hungarian, Romanian, Turkish, Russian,
 * Ukrainian, Greek, Arabic, Hindi, Chinese, Japanese and Korean.
 */

/** What may stand before the phrase itself: an apology, what the speaker is. */
export const furtherOpeners =
  'helaas|het spijt me|als (?:ai|taalmodel)[^,.]{0,60}|niestety|przykro mi|przepraszam|tyvärr' +
  '|förlåt|jag är ledsen|desværre|beklager|undskyld|dessverre|valitettavasti|anteeksi|bohužel' +
  '|omlouvám se|sajnos|sajnálom|din păcate|îmi pare rău|üzgünüm|maalesef|ne yazık ki|özür dilerim' +
  '|к сожалению|извините|простите|мне жаль|как (?:ии|языковая модель)[^,.]{0,60}|на жаль|вибачте' +
  '|δυστυχώς|συγγνώμη|λυπάμαι|آسف|عذرا|عذرًا|للأسف|माफ़ कीजिए|क्षमा करें|खेद है' +
  '|(?:很|非常)?抱歉|(?:很)?对不起|不好意思|作为[^，,。]{0,40}|對不起|申し訳(?:ありません|ございません)(?:が)?' +
  '|すみません(?:が)?|残念ながら|ごめんなさい|죄송(?:합니다|하지만|합니다만)|미안(?:합니다|하지만)|유감스럽게도';

export const furtherNotKnow = [
  '(?:dat |het )?(?:weet ik|ik weet) (?:het |dat |daar |helaas |er )*(?:niet|niets)',
  'ik (?:heb (?:daar |hier )?geen (?:idee|informatie|gegevens)|ben (?:er )?niet zeker)',
  'geen idee[.!]?$',
  '(?:ja )?(?:tego )?nie (?:wiem|jestem pew|mam (?:pojęcia|informacji|danych|wiedzy)' +
    '|znam (?:tej )?odpow)',
  '(?:det )?(?:jag )?(?:vet (?:jag )?(?:tyvärr )?inte|har ingen (?:aning|information))',
  'jag är (?:inte säker|osäker)',
  '(?:det )?(?:jeg )?(?:ved|vet) (?:jeg )?(?:desværre |dessverre |det )?(?:ikke|ikkje)',
  'jeg (?:har ingen (?:anelse|idé|aning)|er (?:ikke sikker|usikker))',
  '(?:minä )?en (?:tiedä|ole varma|osaa sanoa)|ei aavistustakaan',
  '(?:to )?(?:nevím|nemám (?:tušení|informace|ponětí)|nejsem si jist)',
  '(?:ezt )?(?:nem tudom|nincs (?:fogalmam|információm)|nem vagyok biztos)',
  'nu (?:știu|stiu|sunt sigur|am (?:idee|informații))|habar n-am',
  '(?:bunu )?(?:bilmiyorum|emin değilim|hiçbir fikrim yok|bu konuda bilgi(?:m|ye sahip değilim)?)',
  '(?:я )?(?:этого )?не (?:знаю|уверен|могу (?:знать|сказать))|понятия не имею',
  '(?:у меня )?нет (?:информации|данных|ответа|сведений)',
  '(?:я )?(?:цього )?не (?:знаю|впевнен)|гадки не маю',
  'δεν (?:ξέρω|γνωρίζω|είμαι σίγουρ)',
  'لا (?:أعرف|اعرف|أعلم|أدري)|ليس لدي (?:معلومات|فكرة)',
  '(?:मुझे )?(?:नहीं पता|पता नहीं|मालूम नहीं|नहीं मालूम)|मुझे (?:इसका |यह )?नहीं पता',
  '[^。]{0,12}我?(?:也|并|真的|還|还)?(?:不(?:知道|清楚|太清楚|确定|確定|了解|懂)|没有(?:相关|足够)?(?:的)?(?:信息|资料|数据))',
  '(?:それは|その質問は|答えは)?(?:分|わ)か(?:りません|らない|りかねます)|存じません|知りません',
  '[^。]{0,20}情報(?:は|が)(?:あり|ござい)ません|[^.]{0,20}정보(?:는|가) 없',
  '(?:저는 |잘 |답을 |그것은 )*(?:모르겠|모릅니다|모르겠어요|알지 못|확실하지 않)',
];

export const furtherNoAccess = [
  'ik heb geen (?:directe )?toegang',
  'nie mam (?:bezpośredniego )?dostępu',
  '(?:jag|jeg) har (?:desværre |dessverre |tyvärr )?(?:inte|ikke|ingen) (?:tillgång|adgang' +
    '|tilgang|åtkomst)',
  'minulla ei ole pääsyä|nemám přístup|nincs hozzáférésem|nu am acces',
  '[^.]{0,40}(?:erişimim yok|erişemiyorum|erişemem)',
  '(?:у меня )?(?:нет|немає) доступ[ау]?|я не имею доступа',
  'δεν έχω πρόσβαση|ليس لدي (?:إمكانية )?(?:وصول|الوصول)|मेरे पास [^।]{0,30}पहुँच नहीं',
  '[^。]{0,30}(?:无法|不能|没有)(?:直接)?(?:访问|存取|获取实时|联网|浏览)',
  '[^。]{0,40}(?:アクセス(?:でき|権)|閲覧でき)(?:ません|ない|がありません)',
  '[^.]{0,40}(?:접근할 수 없|액세스할 수 없|접속할 수 없)',
];

export const furtherRefused = [
  '(?:daar|hier|dat|ik)[^.]{0,30} (?:kan|mag) (?:ik )?[^.]{0,30}niet[^.]{0,20}(?:helpen' +
    '|beantwoorden)',
  '(?:daar|hier) kan ik (?:je |u )?(?:helaas )?niet',
  'ik kan (?:je |u |deze |dit |daar )?[^.]{0,30}niet (?:helpen|beantwoorden|geven)',
  'nie mogę (?:\\p{L}+ ){0,3}(?:pomóc|odpowied|udziel|tego zrobić)',
  '(?:jag )?kan (?:jag )?(?:tyvärr )?(?:inte|ikke) (?:jag )?(?:hjälpa|hjelpe|hjælpe|svara|svare)',
  '(?:det|jeg) kan (?:jeg )?(?:desværre |dessverre )?ikke (?:\\p{L}+ ){0,2}(?:hjelpe|hjælpe|svare)',
  'en voi (?:auttaa|vastata)|nemohu (?:\\p{L}+ ){0,3}(?:pomoci|odpov)|nem tudok (?:segíteni' +
    '|válaszolni)',
  'nu (?:pot|vă pot|te pot) (?:\\p{L}+ ){0,2}(?:ajuta|răspunde)',
  '[^.]{0,40}(?:yardımcı olamam|cevap veremiyorum|cevap veremem|yardımcı olamıyorum|cevaplayamam' +
    '|yanıtlayamam|yanıt veremem)',
  '(?:я )?не (?:могу|буду|в состоянии) (?:\\p{L}+ ){0,3}(?:помочь|ответить|отвечать|предоставить' +
    '|выполнить)',
  '(?:я )?не можу (?:\\p{L}+ ){0,3}(?:допомогти|відповісти)',
  'δεν μπορώ να (?:βοηθήσω|απαντήσω)|لا (?:أستطيع|يمكنني) (?:\\p{L}+ ){0,2}(?:مساعد|الإجابة' +
    '|المساعدة)',
  'मैं [^।]{0,40}(?:नहीं कर सकता|मदद नहीं|उत्तर नहीं)',
  '[^。]{0,20}(?:无法|不能|不可以|無法)(?:回答|提供|帮助|协助|满足|讨论|为您|給)',
  '[^。]{0,30}(?:お?答え|お手伝い|回答|対応|提供)(?:は|を)?(?:られ|でき(?:ません|かねます)|いたしかねます)',
  '[^.]{0,30}(?:도와드릴 수 없|답(?:변)?(?:할|드릴) 수 없|대답할 수 없|제공할 수 없)',
];

export const furtherAskedBack = [
  '(?:kun|kunt|zou) (?:je|u) (?:dat |dit |alstublieft )?(?:\\p{L}+ ){0,3}(?:verduidelijken' +
    '|toelichten|geven|zeggen)',
  'waarmee kan ik (?:je|u)|(?:wat|welke) bedoel',
  '(?:czy )?(?:możesz|mógłbyś|proszę) (?:\\p{L}+ ){0,2}(?:doprecyzować|wyjaśnić|podać|sprecyzować)',
  'w czym mogę (?:ci |państwu )?pomóc|(?:kan|skulle) du (?:förtydliga|precisera|utdype|uddybe' +
    '|presisere)',
  '(?:hur|hvordan) kan jag? (?:jeg )?(?:hjälpa|hjelpe|hjælpe)|můžete (?:to )?upřesnit' +
    '|jak vám mohu pomoci',
  '(?:size )?nasıl yardımcı olabilirim|(?:lütfen )?(?:daha fazla bilgi' +
    '|biraz daha)[^.]{0,30}(?:verin|açıkla|verir)',
  '(?:не )?(?:могли бы вы|можете|пожалуйста,?) (?:\\p{L}+ ){0,2}(?:уточн|поясн|предостав)' +
    '|чем (?:я )?могу (?:вам )?помочь',
  '请(?:您)?(?:提供|告诉我|说明|具体|补充)(?:更多|详细|您的|一下)?|(?:有什么|我能|我可以)[^？]{0,12}(?:帮|帮助)[^？]{0,10}[？?]',
  '[^。？]{0,30}(?:詳しく教えて|教えていただけ|具体的に)|(?:何か|どのような)[^。？]{0,12}(?:お手伝い|ご用件)',
  '[^.?]{0,30}(?:자세히|구체적으로)[^.?]{0,20}(?:알려|말씀)|무엇을 도와드릴까요',
];

/** Single words that stand for no answer where they are all of it. */
export const furtherNothing =
  'onbekend|geen antwoord|nieznane|brak (?:danych|odpowiedzi|informacji)|okänt|ukendt|ukjent' +
  '|tuntematon|neznámé|ismeretlen|necunoscut|bilinmiyor|неизвестно|невідомо|нет данных|άγνωστο' +
  '|غير معروف|अज्ञात|未知|不明|不详|없음|알 수 없음';
