/**
 * Apologies, refusals and words for nothing in further languages, as parts of regular expressions:
 * Dutch, Polish, Swedish, Danish, Norwegian, Finnish, Czech, Hungarian, Romanian, Turkish, Russian,
 * Ukrainian, Greek, Arabic, Hindi, Chinese, Japanese and Korean. Refusals are told apart from other
 * talk, since a caller may want to keep them.
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

/** Single words that stand for no answer where they are all of it. */
export const furtherNothing =
  'onbekend|geen antwoord|nieznane|brak (?:danych|odpowiedzi|informacji)|okänt|ukendt|ukjent' +
  '|tuntematon|neznámé|ismeretlen|necunoscut|bilinmiyor|неизвестно|невідомо|нет данных|άγνωστο' +
  '|غير معروف|لا (?:أعرف|أدري)|अज्ञात|未知|不明|不详|없음|알 수 없음';
