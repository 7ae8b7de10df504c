// Medusa's own promotion module, `PromotionModuleService.computeActions`, with its repository stubbed.
//
//     node benchmarks/peers/medusa.mjs WORKLOAD all|sifted
//
// `all`: every promotion is handed over and the module looks at each. `sifted`: the promotions are
// automatic, and the stub returns only those that Medusa's query leaves over: those with no rule
// that the cart cannot satisfy. That query is a database's work and is not in the time.

import { createRequire } from 'node:module';
import { serve } from './serving.mjs';

const require = createRequire(import.meta.url);
const { PromotionModuleService } = require('@medusajs/promotion/dist/services');

const sifted = process.argv[3] === 'sifted';
let listed = [];

const service = new PromotionModuleService({
    baseRepository: { getFreshManager: () => manager, serialize: async found => found },
    promotionService: { list: async () => listed },
});
// As Medusa's admin names them; a brand is a collection there.
const ATTRIBUTES = {
    category: 'items.product.categories.id',
    brand: 'items.product.collection_id',
    sku: 'items.product.id',
};
const FIELDS = {
    [ATTRIBUTES.category]: product => product.categories[0].id,
    [ATTRIBUTES.brand]: product => product.collection_id,
    [ATTRIBUTES.sku]: product => product.id,
};
// Which attributes any rule names at all, as Medusa asks its database.
const rows = [...Object.values(ATTRIBUTES), 'subtotal'].map(attribute => ({ attribute }));
const manager = { getKnex: () => ({ raw: async () => ({ rows }) }) };

await serve({
    async rules(family, size) {
        const products = new Map(family.products.map(product => [product.sku, product]));
        const promotions = family.rules.slice(0, size).map(promotion);
        // The order in which Medusa's query lists them, whatever they are off.
        promotions.sort((a, b) => b.application_method.value - a.application_method.value);
        return { products, promotions, codes: promotions.map(each => each.code) };
    },
    basket({ products, promotions }, cart) {
        const items = cart.map(line => item(products.get(line.sku), line.quantity));
        const subtotal = items.reduce((sum, each) => sum + each.subtotal, 0);
        const context = { currency_code: 'cny', items, subtotal };
        listed = sifted ? promotions.filter(each => satisfiable(each, context)) : promotions;
        return context;
    },
    price({ codes }, context) {
        if (sifted) return service.computeActions([], context);
        return service.computeActions(codes, context, { prevent_auto_promotions: true });
    },
    charged(actions, context) {
        const off = actions.reduce((sum, action) => sum + action.amount.numeric, 0);
        return Math.round((context.subtotal - off) * 100);
    },
});

/** A rule as Medusa stores it, amounts in major units as it takes them. */
function promotion(rule) {
    const item = rule.level === 'item';
    return {
        id: rule.id,
        code: rule.id,
        type: 'standard',
        status: 'active',
        is_automatic: sifted,
        is_tax_inclusive: false,
        campaign: null,
        rules: item ? [] : [condition('subtotal', 'gte', [rule.threshold / 100])],
        application_method: {
            type: rule.off === 'percent' ? 'percentage' : 'fixed',
            target_type: item ? 'items' : 'order',
            allocation: item ? 'each' : 'across',
            value: rule.off === 'percent' ? rule.value : rule.value / 100,
            // Units of a line that it may take: without it, one.
            max_quantity: item ? 1000 : null,
            currency_code: 'cny',
            target_rules: item ? [condition(ATTRIBUTES[rule.field], 'in', rule.values)] : [],
            buy_rules: [],
        },
    };
}

function condition(attribute, operator, values) {
    return { attribute, operator, values: values.map(value => ({ value: String(value) })) };
}

function item({ sku, category, brand, price }, quantity) {
    const product = { id: sku, categories: [{ id: category }], collection_id: brand };
    const subtotal = (price * quantity) / 100;
    return { id: sku, product, quantity, subtotal, original_total: subtotal };
}

/** Whether Medusa's query would list it: no rule of it, or of its target, is out of reach. */
function satisfiable({ rules, application_method }, { subtotal, items }) {
    const about = ({ product }, { attribute, values }) =>
        values.some(({ value }) => FIELDS[attribute](product) === value);
    return (
        rules.every(rule => subtotal >= Number(rule.values[0].value)) &&
        application_method.target_rules.every(rule => items.some(one => about(one, rule)))
    );
}
