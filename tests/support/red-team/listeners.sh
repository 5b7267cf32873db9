#!/bin/sh
# Starts two services of the host that nobody but the host is to reach: one on 127.0.0.1, and the metadata service of a
# cloud, which is another machine (a network namespace here). What asks them is written to /root/reached.
set -eu

cat >/root/listen.pl <<'END'
use strict;
use warnings;
use IO::Socket::INET;
my ($address, $port) = @ARGV;
my $server = IO::Socket::INET->new(LocalAddr => $address, LocalPort => $port, Listen => 20, ReuseAddr => 1) or die "$!";
while (1) {
    my $client = $server->accept or next;
    open(my $log, '>>', '/root/reached') or die "$!";
    print $log "$address:$port\n";
    close $log;
    my $line = eval { local $SIG{ALRM} = sub { die "slow" }; alarm 2; my $read = <$client>; alarm 0; $read } // '';
    # No registry: whoever asks for one is sent away at once.
    my $status = $line =~ m{ /v[12]/} ? '404 Not Found' : '200 OK';
    my $body = "FROM scratch\nLABEL secret=from-the-host\n";
    print $client "HTTP/1.0 $status\r\nContent-Type: text/plain\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
    close $client;
}
END

: >/root/reached
ip netns add metadata
ip link add metadata type veth peer name eth0 netns metadata
ip addr add 169.254.169.1/24 dev metadata
ip link set metadata up
ip -n metadata addr add 169.254.169.254/24 dev eth0
ip -n metadata link set eth0 up
ip -n metadata route add default via 169.254.169.1
setsid ip netns exec metadata perl /root/listen.pl 169.254.169.254 80 </dev/null >/root/listen.log 2>&1 &
setsid perl /root/listen.pl 127.0.0.1 7099 </dev/null >>/root/listen.log 2>&1 &
tries=50
until [ "$(ss -Hltn 'sport = 7099' | wc -l)" = 1 ] && [ "$(ip netns exec metadata ss -Hltn 'sport = 80' | wc -l)" = 1 ]; do
    tries=$((tries - 1))
    [ "$tries" != 0 ] || { cat /root/listen.log >&2; exit 1; }
    sleep 0.1
done
