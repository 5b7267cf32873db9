# How long requests to the engine take, in milliseconds; prints one line for each: its name, and the median.
# Usage: perl authorization.pl ROUNDS
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

my $rounds = shift;
my $create = '{"Image":"portcullis/redis:lab","Cmd":["redis-server"],"Env":["A=b"],"Labels":{"team":"blue"},"HostConfig":{"Binds":["/srv/app:/app:ro","data:/data"],'
    . '"Memory":67108864,"CapDrop":["ALL"],"SecurityOpt":["no-new-privileges"],"NetworkMode":"bridge","RestartPolicy":{"Name":"no"},"LogConfig":{"Type":"","Config":{}}}}';
my $socket = connected();

sub connected {
    my $made = IO::Socket::UNIX->new(Peer => '/run/docker.sock') or die "the engine's socket: $!";
    return $made;
}

# One request on the open connection, and its answer's body.
sub ask {
    my ($method, $path, $body) = @_;
    my $head = "$method $path HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\nContent-Length: " . length($body) . "\r\n\r\n";
    print {$socket} $head . $body;
    $socket->flush;
    my ($length, $chunked, $close) = (0, 0, 0);
    my $status = <$socket> // die 'the engine hung up';
    die "$method $path: $status" unless $status =~ m{ (200|201|204) };
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
    return $answer;
}

sub timed {
    my $start = now();
    my $answer = ask(@_);
    return ((now() - $start) * 1000, $answer);
}

sub median {
    my @sorted = sort { $a <=> $b } @_;
    return $sorted[@sorted / 2];
}

my %times;
for my $round (1 .. $rounds) {
    push @{ $times{ping} }, (timed('GET', '/_ping', ''))[0];
    push @{ $times{list} }, (timed('GET', '/containers/json', ''))[0];
    my ($took, $answer) = timed('POST', '/containers/create', $create);
    push @{ $times{create} }, $took;
    ask('DELETE', "/containers/$1?v=1", '') if $answer =~ /"Id":"([0-9a-f]+)"/;
}
printf "%s %.3f\n", $_, median(@{ $times{$_} }) for qw(ping list create);
