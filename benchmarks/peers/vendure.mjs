// Vendure's own `OrderCalculator` and `Promotion`, with the services around them stubbed.
//
//     node benchmarks/peers/vendure.mjs WORKLOAD
//
// Actions and conditions are Vendure's where it has them, and else defined here, in the way that it
// asks shops to define their own. It has no action for an amount off each unit of some goods; and its
// conditions about goods take so long that a short one of our own more than halves its time.

import { createRequire } from 'node:module';
import { serve } from './serving.mjs';

const require = createRequire(import.meta.url);
const core = require('@vendure/core');
const { getConfig } = require('@vendure/core/dist/config/config-helpers');

const unitsOfFacet = new core.PromotionItemAction({
    code: 'facet_fixed_discount',
    description: [],
    args: { discount: { type: 'int' }, facets: { type: 'ID', list: true } },
    init: injector => void (facetValues = injector.get()),
    async execute(ctx, line, args) {
        return (await facetValues.hasFacetValues(line, args.facets, ctx)) ? -args.discount : 0;
    },
});
const unitsOfProducts = new core.PromotionItemAction({
    code: 'products_fixed_discount',
    description: [],
    args: { discount: { type: 'int' }, productVariantIds: { type: 'ID', list: true } },
    execute(ctx, line, args) {
        return args.productVariantIds.includes(line.productVariant.id) ? -args.discount : 0;
    },
});

const hasGoods = new core.PromotionCondition({
    code: 'has_goods',
    description: [],
    args: { field: { type: 'string' }, values: { type: 'ID', list: true } },
    check(ctx, order, { field, values }) {
        return order.lines.some(line => values.includes(line.productVariant[field]));
    },
});

const promotionConditions = [core.minimumOrderAmount, hasGoods];
const promotionActions = [
    core.discountOnItemWithFacets,
    core.productsPercentageDiscount,
    core.orderFixedDiscount,
    core.orderPercentageDiscount,
    unitsOfFacet,
    unitsOfProducts,
];

let facetValues;
let facetsBySku = new Map();
// Vendure keeps the facets of a variant in its cache: here they always are.
const cache = { get: async sku => facetsBySku.get(sku) };
const checker = new core.FacetValueChecker(undefined, { createCache: () => cache });
for (const action of promotionActions) await action.init({ get: () => checker });

const ctx = { channelId: 1, channel: { pricesIncludeTax: false } };
const zone = { id: 1, members: [] };
const rate = new core.TaxRate({ id: 1, name: 'none', value: 0 });
const { taxOptions, orderOptions } = getConfig();
const calculator = new core.OrderCalculator(
    { taxOptions, orderOptions },
    { getAllWithMembers: async () => [zone] },
    { getApplicableTaxRate: async () => rate },
    undefined,
    undefined,
    { get: async () => zone },
);
// There is nothing to ship, so Vendure is spared to look for promotions of it.
const goodsOnly = { recalculateShipping: false, recalculateShippingPromotions: false };

await serve({
    async rules(family, size) {
        const products = new Map(family.products.map(product => [product.sku, product]));
        const facets = new Map(family.products.map(each => [each.sku, [each.category, each.brand]]));
        // All have the same score in Vendure, so a shop's own order of them prevails.
        const rules = family.rules.slice(0, size).sort((a, b) => b.priority - a.priority);
        return { products, facets, promotions: rules.map(promotion) };
    },
    basket({ products, facets }, cart) {
        facetsBySku = facets;
        return new core.Order({
            lines: cart.map((line, i) => orderLine(i, products.get(line.sku), line.quantity)),
            surcharges: [],
            shippingLines: [],
            couponCodes: [],
            promotions: [],
            taxZoneId: zone.id,
            subTotal: 0,
            subTotalWithTax: 0,
            shipping: 0,
            shippingWithTax: 0,
        });
    },
    price({ promotions }, order) {
        return calculator.applyPriceAdjustments(ctx, order, promotions, [], goodsOnly);
    },
    charged: order => order.subTotal,
});

function orderLine(id, product, quantity) {
    return new core.OrderLine({
        id,
        quantity,
        orderPlacedQuantity: 0,
        productVariant: { id: product.sku, ...product },
        taxCategoryId: 1,
        taxLines: [],
        adjustments: [],
        listPrice: product.price,
        listPriceIncludesTax: false,
    });
}

function promotion(rule) {
    return new core.Promotion({
        promotionConditions,
        promotionActions,
        id: rule.id,
        name: rule.id,
        couponCode: '',
        conditions: [condition(rule)],
        actions: actions(rule),
    });
}

/** Vendure wants a condition of every promotion, and looks at no line for one that fails it. */
function condition({ level, threshold, field, values }) {
    if (level === 'order') return operation('minimum_order_amount', { amount: threshold });
    return operation('has_goods', { field, values });
}

/** An action asks for all the facets that it names, so any of several takes an action each. */
function actions({ level, field, values, off, value }) {
    const percent = off === 'percent';
    if (level === 'order') {
        const code = percent ? 'order_percentage_discount' : 'order_fixed_discount';
        return [operation(code, { discount: value })];
    }
    if (field === 'sku') {
        const code = percent ? 'products_percentage_discount' : 'products_fixed_discount';
        return [operation(code, { discount: value, productVariantIds: values })];
    }
    const code = percent ? 'facet_based_discount' : 'facet_fixed_discount';
    return values.map(facet => operation(code, { discount: value, facets: [facet] }));
}

/** As Vendure stores a condition or an action: every argument as text. */
function operation(code, args) {
    const text = value => (typeof value === 'string' ? value : JSON.stringify(value));
    return { code, args: Object.entries(args).map(([name, value]) => ({ name, value: text(value) })) };
}
