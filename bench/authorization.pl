# How long requests to the engine take without an authorization plugin and with each of some, in milliseconds. The engine
# reads another daemon.json every few requests, so that whatever slows it down meanwhile hits all alike.
# Prints for each configuration and request one line: their names, and the median.
# Usage: perl authorization.pl ROUNDS NAME=DAEMON.JSON…
use strict;
use warnings;
use IO::Socket::UNIX;

# Seconds of the host's steady clock. Debian's smallest perl has no module for it; 228 is clock_gettime on x86-64.
sub now {
    my $result = pack('q2', 0, 0);
    syscall(228, 1, $result) == 0 or die "clock_gettime: $!";
    my ($seconds, $nanoseconds) = unpack('q2', $result);
    return $seconds + $nanoseconds / 1e9;
}

# In each round, of each request: some that are not counted, as the engine has just read its configuration; then those that are.
my ($untimed, $timed) = (5, 20);
my $rounds = shift;
my @configurations = map { [split /=/] } @ARGV;
my $create = '{"Image":"portcullis/redis:lab","Cmd":["redis-server"],"Env":["A=b"],"Labels":{"team":"blue"},"HostConfig":{"Binds":["/srv/app:/app:ro","data:/data"],'
    . '"Memory":67108864,"CapDrop":["ALL"],"SecurityOpt":["no-new-privileges"],"NetworkMode":"bridge","RestartPolicy":{"Name":"no"},"LogConfig":{"Type":"","Config":{}}}}';
my $socket = connected();

sub connected {
    my $made = IO::Socket::UNIX->new(Peer => '/run/docker.sock') or die "the engine's socket: $!";
    return $made;
}

# One request on the open connection; its answer's body and status.
sub ask {
    my ($method, $path, $body) = @_;
    my $head = "$method $path HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\nContent-Length: " . length($body) . "\r\n\r\n";
    print {$socket} $head . $body;
    $socket->flush;
    my ($length, $chunked, $close) = (0, 0, 0);
    my $status = <$socket> // die 'the engine hung up';
    my ($code) = $status =~ / (\d+)/;
    while (defined(my $line = <$socket>)) {
        last if $line =~ /^\r?$/;
        $length = $1 if $line =~ /^Content-Length: (\d+)/i;
        $chunked = 1 if $line =~ /^Transfer-Encoding: chunked/i;
        $close = 1 if $line =~ /^Connection: close/i;
    }
    my $answer = '';
    if ($chunked) {
        while (my $size = hex(<$socket> =~ s/\r?\n//r)) {
            read($socket, my $part, $size);
            $answer .= $part;
            <$socket>;
        }
        <$socket>;
    } elsif ($length) {
        read($socket, $answer, $length);
    }
    $socket = connected() if $close;
    return ($answer, $code);
}

sub timed {
    my $start = now();
    my ($answer, $code) = ask(@_);
    die "@_: $code $answer" unless $code =~ /^20[014]$/;
    return ((now() - $start) * 1000, $answer);
}

sub median {
    my @sorted = sort { $a <=> $b } @_;
    return $sorted[@sorted / 2];
}

# Has the engine read a daemon.json, and waits until it asks the plugins that are named in there.
sub configure {
    my ($file) = @_;
    open my $in, '<', $file or die "$file: $!";
    my $text = do { local $/; <$in> };
    my ($plugins) = $text =~ /"authorization-plugins":\s*\[\s*"([^"]+)"/;
    open my $out, '>', '/etc/docker/daemon.json' or die "daemon.json: $!";
    print {$out} $text;
    close $out or die "daemon.json: $!";
    open my $number, '<', '/run/docker.pid' or die "the engine's number: $!";
    kill 'HUP', scalar <$number>;
    # Each plugin denies this, and names itself; without one the engine has words of its own.
    my $expected = $plugins ? qr/denied by plugin \Q$plugins\E:/ : qr/^(?!.*denied by plugin)/;
    for (1 .. 100) {
        my ($answer) = ask('POST', '/containers/create?name=_which', '{"Image":"none","HostConfig":{"Privileged":true}}');
        return if $answer =~ $expected;
        select undef, undef, undef, 0.05;
    }
    die "the engine does not take $file";
}

my %times;
for my $round (1 .. $rounds) {
    for (@configurations) {
        my ($kind, $file) = @$_;
        configure($file);
        for my $at (1 .. $untimed + $timed) {
            my ($took, $answer);
            for ([ping => 'GET', '/_ping', ''], [list => 'GET', '/containers/json', ''], [create => 'POST', '/containers/create', $create]) {
                my ($name, @request) = @$_;
                ($took, $answer) = timed(@request);
                push @{ $times{"$kind $name"} }, $took if $at > $untimed;
            }
            ask('DELETE', "/containers/$1?v=1", '') if $answer =~ /"Id":"([0-9a-f]+)"/;
        }
    }
}
printf "%s %.3f\n", $_, median(@{ $times{$_} }) for sort keys %times;
