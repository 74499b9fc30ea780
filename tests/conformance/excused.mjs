// Tests that fail for a reason that is not munimap's. Each names its tests, what they say or of which layer, and why.
const undeclared = 'an optional conformance class, which munimap does not declare';
const noSuchFunction = 'the suite compares values with a function that XPath 2.0 does not have';
const roundedWindow = 'the suite rounds the window of features that are all at one place, and so misses them';
const gmlOwn = 'layers have no place for the name and description that GML gives every feature';
const both = [
    {test: /^propertyIs(Not)?EqualTo_caseSensitive$/, says: /Unknown constructor function: .*anySimpleType/, why: noSuchFunction},
    {test: /^propertyIs(Less|Greater)Than(EqualTo)?_match(Any|All)$/, says: /Unknown constructor function: .*anySimpleType/, why: noSuchFunction},
    {test: /^(propertyIs(Less|Greater)Than(EqualTo)?_match(Any|All)|(after|before|during)(Instant|InstantWithOffset|Period))$/,
        says: /Invalid date "\d{4}-\d\d-\d\dT00:00:00\.000Z"/, why: 'the suite compares a date with a date and time of its own making'},
    {test: /^(implementsLockingWFS|sutImplementsGetFeatureWithLock)$/, why: undeclared},
    {test: /^traverseResultSetInBothDirections$/, why: 'the suite asks for a second page of a layer whose features all fit on the first'},
    {test: /^(bboxWithDefaultExtent|nonSpecificBBOX|intersectsPolygon)$/, of: /stress_points/, why: roundedWindow},
];
const reasons = {
    wfs20: [...both, {test: /^implementsTransactionalWFS$/, why: undeclared}],
    'wfs20-edits': [
        ...both,
        {test: /^replaceFeature$/, says: /gml:description\[1\]/, why: gmlOwn},
        {test: /^updateGMLName$/, says: /gml:name\[1\]/, why: gmlOwn},
        {test: /^updateSimplePropertyValue$/, says: /UNSUPPORTED_DATATYPE/, why: 'the suite makes up no value of xsd:long'},
        {test: /^insertSupportedFeature$/, of: /footprints|permits|projects|cameras/, why: 'the suite inserts a copy, and keys that are texts are not made up'},
        {test: /^(insertSupportedFeature|replaceFeature)$/, of: /quality/, why: 'the feature that the suite writes is one that is not valid'},
    ],
};

/** Why a failed test of a suite does not count, or null. */
export function excused(suite, {name, args, message}) {
    const applies = ({test, of, says}) => test.test(name) && (!of || of.test(args.join(' '))) && (!says || says.test(message));
    return reasons[suite]?.find(applies)?.why ?? null;
}
