import lists from './empty-openings.json' with { type: 'json' };

/**
 * What says nothing by itself: courtesies, a name of what follows, a speaker who speaks of itself.
 * What comes after it is looked at as if it were not there.
 */
export const emptyOpening = new RegExp(
  String.raw`^(?:${lists.openings.join('|')})(?![\p{L}\p{N}])[\s,.:;!?…—–।。！？-]*` +
    '(?:(?:but|and|so|that|though|however|aber|mais|pero|ma|mas) )?',
  'iu',
);

/** Words that are no answer where they are all of it. */
export const noWord = new RegExp(`^(?:${lists.nothing.join('|')})[.!。]?$`, 'iu');
