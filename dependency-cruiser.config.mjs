/** The arrows of the house (see decisions/arrows.md). A breach fails `npm run check`. */
const room = (name) => `^lab-runner/src/${name}/`;

export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
    {
      name: 'courses-are-a-leaf',
      severity: 'error',
      from: { path: '^courses/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(site|lab-runner)/|^labs/(?!contract/)' },
    },
    {
      name: 'labs-are-a-leaf',
      severity: 'error',
      from: { path: '^labs/' },
      to: { path: '^(site|lab-runner|courses)/' },
    },
    { name: 'site-talks-http', severity: 'error', from: { path: '^site/' }, to: { path: '^lab-runner/' } },
    {
      name: 'runner-knows-only-the-contract',
      severity: 'error',
      from: { path: '^lab-runner/' },
      to: { path: '^(site|courses)/|^labs/(?!contract/)' },
    },
    {
      name: 'the-contract-runs-in-a-browser',
      severity: 'error',
      from: { path: '^labs/contract/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'rooms-do-not-know-their-door',
      severity: 'error',
      comment: 'http → rooms → ports. A room hands its routes to http; nothing else of http reaches into a room.',
      from: {
        path: '^lab-runner/src/(?!http/|main\\.ts|access/)[^/]+/',
        pathNot: '(routes|\\.test|cli/.*)\\.ts$|/cli/',
      },
      to: { path: room('http') },
    },
    {
      name: 'only-main-knows-the-engine',
      severity: 'error',
      from: {
        path: '^lab-runner/src/',
        pathNot: `^lab-runner/src/(main|compose)\\.ts$|${room('engines')}|${room('cli')}|\\.test\\.ts$`,
      },
      to: { path: '^lab-runner/src/engines/(embedded|docker|swarm)/' },
    },
    {
      name: 'gateway-is-a-process',
      severity: 'error',
      comment: 'Others talk to it over HTTP; they may share the wire format and the streaming copy.',
      from: { path: '^lab-runner/src/', pathNot: `${room('gateway')}|\\.test\\.ts$` },
      to: { path: '^lab-runner/src/gateway/(?!admin-api\\.ts|forward\\.ts)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|dist|\\.astro)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.d.ts'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
