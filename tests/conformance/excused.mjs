// Tests that fail for a reason that is not munimap's: which, or what they say, and why that is so.
const undeclared = 'an optional conformance class, which munimap does not declare';
const reasons = {
    wfs20: [
        [/Unknown constructor function: .*anySimpleType/, 'the suite compares values with a function that XPath 2.0 does not have'],
        [/Invalid date "\d{4}-\d\d-\d\dT00:00:00\.000Z"/, 'the suite compares a date with a date and time of its own making'],
        [/^(implementsTransactionalWFS|implementsLockingWFS|sutImplementsGetFeatureWithLock)\b/, undeclared],
        [/^traverseResultSetInBothDirections\b/, 'the suite asks for a second page of a layer whose features all fit on the first'],
        [/^(bboxWithDefaultExtent|nonSpecificBBOX|intersectsPolygon).*stress_points/,
            'the suite rounds the window of features that are all at one place, and so misses them'],
    ],
};

/** Why a failed test of a suite does not count, or null. */
export function excused(suite, {name, args, message}) {
    const called = [name, ...args].join(' ');
    return reasons[suite]?.find(([pattern]) => pattern.test(called) || pattern.test(message))?.[1] ?? null;
}
