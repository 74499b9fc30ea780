// An nginx of its own: two workers, keep-alive, an access log as munimap writes one.
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {freePort, ready, start, work} from './lib.mjs';

/** Starts it on a free port with these lines in its server block and before it. {port, url, stop} */
export async function nginx(serverLines, httpLines = '') {
    const port = await freePort(), dir = join(work, 'nginx'), file = join(dir, 'nginx.conf');
    mkdirSync(dir, {recursive: true});
    writeFileSync(file, `${process.getuid() === 0 ? 'user root;\n' : ''}worker_processes 2;
daemon off;
pid ${dir}/pid;
error_log ${dir}/error.log;
events { worker_connections 1024; }
http {
    access_log ${dir}/access.log combined buffer=64k;
    client_body_temp_path ${dir}/body; fastcgi_temp_path ${dir}/fastcgi;
    proxy_temp_path ${dir}/proxy; uwsgi_temp_path ${dir}/uwsgi; scgi_temp_path ${dir}/scgi;
    sendfile on; tcp_nopush on; keepalive_requests 1000000000; keepalive_timeout 75s;
    open_file_cache max=1000; open_file_cache_valid 60s;
    types { application/vnd.mapbox-vector-tile mvt; }
    ${httpLines}
    server {
        listen 127.0.0.1:${port};
        location = /there { return 204; }
        ${serverLines}
    }
}
`);
    const server = start('nginx', ['-p', dir, '-c', file], {signal: 'SIGQUIT'});
    await ready(async () => (await fetch(`http://127.0.0.1:${port}/there`)).status === 204, 'nginx');
    return {port, url: `http://127.0.0.1:${port}`, stop: server.stop};
}
