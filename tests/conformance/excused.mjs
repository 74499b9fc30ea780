// Tests that fail for a reason that is not munimap's. Each names its tests, what they say or of which layer, and why.
const undeclared = 'an optional conformance class, which munimap does not declare';
const noSuchFunction = 'the suite compares values with a function that XPath 2.0 does not have';
const roundedWindow = 'the suite rounds the window of features that are all at one place, and so misses them';
const reasons = {
    wfs20: [
        {test: /^propertyIs(Not)?EqualTo_caseSensitive$/, says: /Unknown constructor function: .*anySimpleType/, why: noSuchFunction},
        {test: /^propertyIs(Less|Greater)Than(EqualTo)?_match(Any|All)$/, says: /Unknown constructor function: .*anySimpleType/, why: noSuchFunction},
        {test: /^(after|before|during)(Instant|InstantWithOffset|Period)$/, says: /Invalid date "\d{4}-\d\d-\d\dT00:00:00\.000Z"/,
            why: 'the suite compares a date with a date and time of its own making'},
        {test: /^(implementsTransactionalWFS|implementsLockingWFS|sutImplementsGetFeatureWithLock)$/, why: undeclared},
        {test: /^traverseResultSetInBothDirections$/, why: 'the suite asks for a second page of a layer whose features all fit on the first'},
        {test: /^(bboxWithDefaultExtent|nonSpecificBBOX|intersectsPolygon)$/, of: /stress_points/, why: roundedWindow},
    ],
};

/** Why a failed test of a suite does not count, or null. */
export function excused(suite, {name, args, message}) {
    const applies = ({test, of, says}) => test.test(name) && (!of || of.test(args.join(' '))) && (!says || says.test(message));
    return reasons[suite]?.find(applies)?.why ?? null;
}
