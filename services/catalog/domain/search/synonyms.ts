import { termsOf } from './terms.ts';

/**
 * What shoppers call the same thing. Used on the query, not on the products, so that a change works at once. In a line `a, b` each stands for the
 * other; `a > b` lets `a` find `b` but not the other way round, where b is the wider or the other word.
 */
const lines = `
armchair, easy chair, lounge chair, reading chair
attache case, briefcase, satchel
backpack, rucksack, knapsack, bookbag
bathrobe, dressing gown, robe
bbq, barbecue
beanie, woolly hat, knit cap, wool hat, bobble hat
bedding, bed linen, bed sheet > duvet cover, pillowcase
bedside table, nightstand, night stand
bicycle, bike, cycle
bike > cycling
bicycle > cycling
blanket, throw
card holder, card wallet
board game > game, chess
boot tray, shoe rack > shoe shelf
bookcase, bookshelf, book shelf, shelving
bulb, light bulb
bumbag, belt bag, fanny pack, waist pack
bin, trash can, garbage can, waste basket
canister, jar
car, automobile > sedan, hatchback, suv, minivan
carry on, hand luggage, cabin luggage, cabin bag > cabin
cellphone, mobile phone, mobile, cell phone, phone > smartphone
chili, chilli, chile
chopping board, cutting board
cleats > sports cleat
coat rack, coat stand, coat hook, hat stand
colour, color
coloured, colored
comforter, duvet, quilt
cooker, hob, cooktop > stove
cookie, biscuit
couch, sofa, settee
cup, mug
curtain, drape
cutlery, flatware > fork, spoon, knife
doormat, door mat, welcome mat
drink, beverage
drying up cloth, dish towel, dishcloth > tea towel
earbud, earphone, headphone
earphone > airpods
eau de parfum, eau de toilette, eau de cologne, cologne, perfume, fragrance, scent
eyeglass, spectacle > glasses
faucet, tap
flashlight, torch
flip flop > sandal, slipper
flowerpot, flower pot, plant pot, planter
fridge, refrigerator
frock, dress
frying pan, fry pan, frypan, skillet
gardening > garden
gilet, vest
golf club > iron golf
gown > dress
grey, gray
gym shoe, running shoe, trainer, sneaker
hand bag, handbag, purse
handbag > bag
headlamp, head torch, head lamp
heel, high heel, pump > heel shoe
herbal tea > herb infusion, rooibos
green tea > sencha, matcha
hiking, trekking, walking, hike
hoodie, sweatshirt
hose, hosepipe, hose pipe
infant, toddler, baby > child
instant coffee > coffee
jewellery, jewelry
jumper, sweater, pullover
kettle, water boiler
kid, child
lamp > light
light > lamp
lantern > lamp
laptop, notebook computer, notebook pc
locker, cupboard, cabinet
luggage, suitcase, trolley case
makeup, cosmetic > beauty
mattress pad, sleeping mat, sleeping pad
minivan > vehicle
motorbike, motorcycle
moisturiser, moisturizer > lotion, cream
mortar, pestle
nail polish, nail varnish, nail lacquer
noodle > pasta
note pad, notepad, jotter > notebook
pajama, pyjama, nightwear, pj
pan > skillet, saucepan, wok
pasta > rigatoni, spaghetti, penne
pedal cycle > bicycle
pencil crayon, colouring pencil > coloured pencil
picture frame, photo frame
poncho, cape
pot > saucepan
power bank, powerbank, portable charger, battery pack
pram, stroller, pushchair
pruner, pruning shear, secateur
puzzle, jigsaw
racket, racquet
raincoat, rain jacket, rain coat, waterproof jacket, mac
rug, carpet
sack > bag
scale, weighing scale
scented > candle
sandal > espadrille
serviette, napkin
shaver > razor
shopping bag, tote, tote bag > tote, produce bag
shower gel, body wash, shower cream
sieve, strainer, colander
sink, washbasin, basin
smart watch, smartwatch
thermos, vacuum flask, insulated bottle
soccer ball, football
soccer > football
soda, pop, soft drink, fizzy drink
spade, shovel
spatula, turner
speaker, loudspeaker
squeezer, juicer
lemon squeezer, citrus squeezer
stool > bench
suv, jeep, off road > suv
sunglass, sun glass, shades
swimming trunk, swim short, swimsuit, bathing trunk
tea > darjeeling, sencha, earl grey, matcha, rooibos, infusion
teddy > doll
timepiece, wristwatch, wrist watch, watch
tin opener, can opener
tissue, kleenex
toilet paper, toilet roll > tissue paper
toilet bag, wash bag, toiletry bag, sponge bag, cosmetic bag
toy > game
trouser, pants, slack
tshirt, t shirt, tee
tv, television
tyre, tire
vacuum cleaner, hoover
vinegar > balsamic
wardrobe, closet
waterproof, water proof, water resistant
wellie, welly, wellington, gumboot, rubber boot, wellington boot, rain boot
whisk, beater
wooden, wood > wood, beech, oak, walnut, maple, birch
woollen, woolen, woolly > wool
wool > lambswool, merino
writing paper, stationery paper > letter paper
`;

/** What a word or a phrase stands for besides itself; keys and values are terms, with a space between them. */
export const synonyms: ReadonlyMap<string, readonly (readonly string[])[]> = read(lines);

/** How many terms the longest phrase has that stands for something. */
export const longestPhrase = Math.max(...[...synonyms.keys()].map((phrase) => phrase.split(' ').length));

function read(text: string): Map<string, string[][]> {
  const found = new Map<string, string[][]>();
  const add = (from: readonly string[], to: readonly string[]): void => {
    const key = from.join(' ');
    const others = found.get(key) ?? [];
    if (key !== to.join(' ') && !others.some((other) => other.join(' ') === to.join(' '))) found.set(key, [...others, [...to]]);
  };
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const [left = '', right] = line.split('>').map((side) => side.split(',').map(termsOf));
    const from = left === '' ? [] : left;
    for (const one of from) for (const other of right ?? from) add(one, other);
  }
  return found;
}
